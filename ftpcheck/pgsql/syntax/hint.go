package syntax

// changes are the words that begin a statement that changes data.
var changes = set("insert update delete merge")

// commands are the words that begin PostgreSQL's other statements.
var commands = set(`abort alter analyse analyze begin call checkpoint close cluster comment commit copy
	create deallocate declare delete discard do drop end execute fetch grant import insert listen
	load lock merge move notify prepare reassign refresh reindex release reset revoke rollback
	savepoint security set show start truncate unlisten update vacuum`)

// refuseCommand fails if a statement is next that is no query.
func (p *parser) refuseCommand() {
	t := p.token()
	if !t.isOneOf(commands) {
		return
	}
	hint := "Nothing can be changed here."
	switch {
	case p.at("set", "search_path"), p.ahead(2).is("search_path"):
		hint = "Name the schema before the table: connection.table."
	case p.at("set"), p.at("reset"), p.at("show"):
		hint = "There are no settings. The time zone is UTC."
	case p.at("begin"), p.at("start"), p.at("commit"), p.at("end"), p.at("rollback"), p.at("abort"):
		hint = "Queries need no transaction."
	case p.at("copy"):
		hint = "Write the query itself."
	}
	p.fail(Pos(t.pos), "only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN", hint)
}

// otherWords are operators of other databases, and what to write in PostgreSQL.
var otherWords = map[string]string{
	"glob":   "Write like with % and _, or ~ with a regular expression.",
	"regexp": "Write ~ for a match with a regular expression.",
	"rlike":  "Write ~ for a match with a regular expression.",
	"div":    "Write / : of integers it gives an integer.",
	"mod":    "Write % .",
	"top":    "Write limit at the end.",
}

// hint says what to write instead of the token that is next.
func (p *parser) hint() string {
	t := p.token()
	var before token
	if p.next > 0 {
		before = p.tokens[p.next-1]
	}
	switch {
	case t.is(`\`):
		return `The commands of psql are not available. A statement ends with a semicolon.`
	case t.is("["):
		return `Names are quoted with " , and an element of the value of an expression is (expression)[1].`
	case t.is(")") && before.is("(") && p.next > 1 && p.tokens[p.next-2].is("in"):
		return "A list of nothing can be written any(array[]::text[])."
	case t.is("null") && before.is("not"):
		return "Write is not null."
	case t.kind == word && otherWords[t.text] != "":
		return otherWords[t.text]
	case before.kind == word && before.class == noWord:
		return otherWords[before.text]
	}
	return ""
}

// elsewhere are functions of other databases, and what to write in PostgreSQL.
var elsewhere = map[string]string{
	"isnull":       "Write x is null, or coalesce(x, y).",
	"ifnull":       "Write coalesce(x, y).",
	"nvl":          "Write coalesce(x, y).",
	"iif":          "Write case when x then y else z end.",
	"instr":        "Write strpos(x, y).",
	"group_concat": "Write string_agg(x, ',').",
	"json_extract": "Write x -> 'key' for JSON, or x ->> 'key' for text.",
	"strftime":     "Write to_char(x, 'YYYY-MM-DD').",
	"datetime":     "Write x::timestamptz, or now().",
}

// checkElsewhere fails if other databases have a function and PostgreSQL has not.
func (p *parser) checkElsewhere(f *Func) {
	if hint, ok := elsewhere[f.Name[0].Text]; ok && len(f.Name) == 1 {
		p.fail(f.Pos, "function "+f.Name[0].Text+" does not exist", hint)
	}
}
