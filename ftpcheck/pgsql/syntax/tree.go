// Package syntax reads PostgreSQL's SELECT: text becomes a tree, and a tree becomes text
// again that reads as the same tree. It knows words and their order; what names and
// operators mean is told by package pgsql.
package syntax

// A Pos is a place in a statement, as an offset in bytes from the beginning of the text
// that was parsed.
type Pos int

// Position returns the place itself, so that whatever embeds a Pos is a [Node].
func (p Pos) Position() Pos { return p }

// A Node is a part of a statement that has a place in its text.
type Node interface{ Position() Pos }

// A Name is an identifier as PostgreSQL understands it: folded to lower case unless it
// was quoted, and cut off at 63 bytes.
type Name struct {
	Pos
	Text string
}

// A Statement is one statement of a text.
type Statement struct {
	Pos
	// Explain says that the plan of the query is asked for, and not its rows.
	Explain bool
	Query   *Query
}

// A Query is what can stand in parentheses: WITH, a body, ORDER BY, LIMIT. As PostgreSQL has
// it, (select …) order by x is the query in the parentheses with an ORDER BY of its own.
type Query struct {
	Pos
	Recursive bool
	With      []*CTE
	Body      Body
	OrderBy   []*SortKey
	Limit     Expr // nil if there is none; LIMIT ALL is none
	Offset    Expr
	WithTies  bool // FETCH FIRST … WITH TIES
}

// A CTE is one query of a WITH.
type CTE struct {
	Name         Name
	Columns      []Name
	Materialized Materialize
	Query        *Query
}

// Materialize says whether a CTE must be, or must not be, evaluated on its own.
type Materialize int

// What WITH says of it: nothing, AS MATERIALIZED, or AS NOT MATERIALIZED.
const (
	MaterializeDefault Materialize = iota
	MaterializeAlways
	MaterializeNever
)

// A Body is a [*Select], [*Values], [*SetOp], or [*Query] in parentheses.
type Body interface {
	Node
	body()
}

// A Select is one SELECT. TABLE x is read as SELECT * FROM x.
type Select struct {
	Pos
	Distinct   bool
	DistinctOn []Expr // then Distinct is set, too
	Items      []*SelectItem
	From       []FromItem
	Where      Expr
	GroupBy    []Group
	// GroupDistinct is GROUP BY DISTINCT: of equal grouping sets one is kept.
	GroupDistinct bool
	Having        Expr
	Windows       []*NamedWindow
}

// A SelectItem is an expression of the select list with its name. * and t.* are [*Star].
type SelectItem struct {
	Expr  Expr
	Alias *Name
}

// Values is VALUES (…), (…).
type Values struct {
	Pos
	Rows [][]Expr
}

// A SetOp is UNION, INTERSECT or EXCEPT.
type SetOp struct {
	Pos
	Op          SetOperator
	All         bool
	Left, Right Body
}

// A SetOperator combines two bodies.
type SetOperator int

// The set operators.
const (
	Union SetOperator = iota
	Intersect
	Except
)

// A SortKey is one expression of an ORDER BY.
type SortKey struct {
	Expr  Expr
	Desc  bool
	Nulls NullsOrder
}

// NullsOrder says where nulls come.
type NullsOrder int

// Where nulls come: as PostgreSQL has it (last, or first if descending), first, or last.
const (
	NullsDefault NullsOrder = iota
	NullsFirst
	NullsLast
)

// A Group is one element of GROUP BY. For [GroupExpr], Exprs are what is grouped by
// together: one expression, or those of (a, b) as an element of a grouping set, or none for
// (). Otherwise Sets are the elements of ROLLUP, CUBE or GROUPING SETS.
type Group struct {
	Pos
	Kind  GroupKind
	Exprs []Expr
	Sets  []Group
}

// A GroupKind tells the elements of GROUP BY apart.
type GroupKind int

// The kinds of elements of GROUP BY.
const (
	GroupExpr GroupKind = iota
	GroupRollup
	GroupCube
	GroupSets
)

// A FromItem is a [*TableRef], [*SubqueryRef], [*FuncRef] or [*Join].
type FromItem interface {
	Node
	fromItem()
}

// An Alias is the name that FROM gives to an item, and to its columns in order.
type Alias struct {
	Name    *Name // nil if there is no alias
	Columns []Name
}

// A TableRef names a table or CTE, with a schema or without.
type TableRef struct {
	Pos
	Name []Name // schema, if any, and table
	Alias
}

// A SubqueryRef is a query in FROM.
type SubqueryRef struct {
	Pos
	Lateral bool
	Query   *Query
	Alias
}

// A FuncRef is a function in FROM, or several of ROWS FROM.
type FuncRef struct {
	Pos
	Lateral    bool
	RowsFrom   bool
	Funcs      []*Func
	Ordinality bool
	Alias
	// Types are those of the columns, if AS (a int, b text) tells them; as many as
	// Alias.Columns. Nil otherwise.
	Types []*TypeName
}

// A Join is a join of two items. One of On, Using and Natural is there unless Kind is
// JoinCross.
type Join struct {
	Pos
	Kind        JoinKind
	Natural     bool
	Left, Right FromItem
	On          Expr
	Using       []Name
	UsingAlias  *Name
	Alias       // of a join in parentheses
}

// A JoinKind says which rows a join has besides the pairs that match.
type JoinKind int

// The kinds of joins.
const (
	JoinInner JoinKind = iota
	JoinLeft
	JoinRight
	JoinFull
	JoinCross
)

// An Expr is an expression: a pointer to one of the types below.
type Expr interface {
	Node
	expr()
}

// A Literal is a constant as it is written. The type of a string is not known yet.
type Literal struct {
	Pos
	Kind LiteralKind
	Text string // digits of a number; the value of a string; "" otherwise
}

// A LiteralKind tells literals apart.
type LiteralKind int

// The kinds of literals.
const (
	LiteralNull LiteralKind = iota
	LiteralTrue
	LiteralFalse
	LiteralInteger // digits only
	LiteralNumeric // with a point or an exponent
	LiteralString
)

// A ColumnRef names a column: column, table.column or schema.table.column. The name of a
// table alone, for its row, looks the same.
type ColumnRef struct {
	Pos
	Names []Name
}

// A Star is * or table.* in a select list. The latter can also be an element of a row, or an
// argument.
type Star struct {
	Pos
	Names []Name
}

// A Param is $1 or :name, the letters of which are as they were written.
type Param struct {
	Pos
	Number int // 0 if it has a name
	Name   string
}

// A Cast is cast(x as type), x::type or type 'text'.
type Cast struct {
	Pos
	X    Expr
	Type *TypeName
}

// A TypeName is a type as it is written, its spelling made one: int for "int4", timestamp
// with time zone for "timestamptz", character varying for "varchar", char for "bpchar",
// float(n) for "float4" or "float8", dec for "numeric".
type TypeName struct {
	Pos
	Name string
	Mods []int // as of numeric(10, 2), varchar(20), timestamp(3)
	// Fields are those of an interval, as "year to month"; "" if there are none.
	Fields string
	Dims   int // dimensions of an array
}

// A Unary is a prefix operator: -x, +x, ~x, @x and so on.
type Unary struct {
	Pos
	Op string
	X  Expr
}

// A Binary is an infix operator that the catalogue knows, as + or = or ->>. != is <>.
type Binary struct {
	Pos  // of the operator
	Op   string
	L, R Expr
}

// A Logic is AND or OR over two or more expressions: a and b and c is one.
type Logic struct {
	Pos
	Or    bool
	Exprs []Expr
}

// A Not is NOT x.
type Not struct {
	Pos
	X Expr
}

// A Truth is what IS asks for.
type Truth int

// What IS asks for.
const (
	IsNull Truth = iota // IS NULL, ISNULL, and with Not NOTNULL
	IsTrue
	IsFalse
	IsUnknown
)

// An Is is x IS [NOT] NULL, TRUE, FALSE or UNKNOWN.
type Is struct {
	Pos
	X    Expr
	Not  bool
	What Truth
}

// A Distinct is l IS [NOT] DISTINCT FROM r.
type Distinct struct {
	Pos
	L, R Expr
	Not  bool
}

// A Like is x [NOT] LIKE, ILIKE or SIMILAR TO pattern [ESCAPE escape].
type Like struct {
	Pos
	Kind    LikeKind
	Not     bool
	X       Expr
	Pattern Expr
	Escape  Expr
}

// A LikeKind tells the patterns apart.
type LikeKind int

// The kinds of patterns.
const (
	LikeLike LikeKind = iota
	LikeILike
	LikeSimilar
)

// A Between is x [NOT] BETWEEN [SYMMETRIC] low AND high.
type Between struct {
	Pos
	X, Low, High Expr
	Not          bool
	Symmetric    bool
}

// An In is x [NOT] IN (…): of a list, or of a query.
type In struct {
	Pos
	X     Expr
	Not   bool
	List  []Expr
	Query *Query // nil if it is a list
}

// A Quantified is l op ANY (…) or l op ALL (…): of an array, or of a query. SOME is ANY.
type Quantified struct {
	Pos
	L     Expr
	Op    string // as of Binary; also "like", "not like", "ilike", "not ilike"
	All   bool
	Array Expr
	Query *Query // nil if it is an array
}

// An Exists is EXISTS (query).
type Exists struct {
	Pos
	Query *Query
}

// A Subquery is a query in parentheses that stands for its value.
type Subquery struct {
	Pos
	Query *Query
}

// An ArrayQuery is ARRAY(query).
type ArrayQuery struct {
	Pos
	Query *Query
}

// An Array is ARRAY[…]. Nested brackets without the word are Arrays, too.
type Array struct {
	Pos
	Elems []Expr
}

// A Row is ROW(…), or (a, b) with two or more expressions.
type Row struct {
	Pos
	Elems []Expr
}

// A Subscript is x[i], or x[low:high] if Slice is set; each bound of a slice may be nil.
type Subscript struct {
	Pos
	X         Expr
	Slice     bool
	Low, High Expr // the index is Low
}

// A Field is (x).name, and (x).* if the name is "*" and Star is set.
type Field struct {
	Pos
	X    Expr
	Name Name
	Star bool
}

// A Case is CASE. Operand is nil for CASE WHEN condition.
type Case struct {
	Pos
	Operand Expr
	Whens   []When
	Else    Expr
}

// A When is one branch of a [Case].
type When struct{ Cond, Result Expr }

// A Func is a call of a function, an aggregate, or a window function. What has a syntax of
// its own is a call, too, with its arguments in the order of PostgreSQL's function and
// Syntax set: extract('year', x), position → position(string, substring), substring(x, from,
// for), overlay, trim → btrim, ltrim, rtrim, x at time zone z → timezone(z, x), coalesce,
// nullif, greatest, least, grouping, current_date, current_timestamp, localtime and their
// like without arguments.
type Func struct {
	Pos
	Name        []Name // schema, if any, and function
	Syntax      bool
	Args        []Expr
	Star        bool // count(*)
	Variadic    bool // VARIADIC before the last argument
	Distinct    bool
	OrderBy     []*SortKey
	WithinGroup []*SortKey
	Filter      Expr
	Over        *Window
}

// A NamedArg is an argument by its name: name => x, or name := x.
type NamedArg struct {
	Pos
	Name Name
	X    Expr
}

// A Collate is x COLLATE name.
type Collate struct {
	Pos
	X    Expr
	Name []Name
}

// A NamedWindow is one definition of a WINDOW clause.
type NamedWindow struct {
	Name   Name
	Window *Window
}

// A Window is OVER name, or OVER (…).
type Window struct {
	Pos
	// Base is the window of the WINDOW clause that this one is, or that it adds to.
	Base *Name
	// Bare says that it is OVER name, without parentheses.
	Bare        bool
	PartitionBy []Expr
	OrderBy     []*SortKey
	Frame       *Frame
}

// A Frame is ROWS, RANGE or GROUPS with its bounds.
type Frame struct {
	Pos
	Mode       FrameMode
	Start, End Bound // the end of a frame that has only a start is CURRENT ROW
	Exclude    Exclusion
}

// A FrameMode is what a frame counts in.
type FrameMode int

// What frames count in.
const (
	FrameRange FrameMode = iota
	FrameRows
	FrameGroups
)

// A Bound is where a frame starts or ends.
type Bound struct {
	Kind   BoundKind
	Offset Expr // of Preceding and Following
}

// A BoundKind tells bounds apart. They are in order.
type BoundKind int

// The kinds of bounds.
const (
	UnboundedPreceding BoundKind = iota
	Preceding
	CurrentRow
	Following
	UnboundedFollowing
)

// An Exclusion leaves rows out of a frame.
type Exclusion int

// What is left out of a frame.
const (
	ExcludeNone Exclusion = iota
	ExcludeCurrentRow
	ExcludeGroup
	ExcludeTies
)

func (*Select) body() {}
func (*Values) body() {}
func (*SetOp) body()  {}
func (*Query) body()  {}

func (*TableRef) fromItem()    {}
func (*SubqueryRef) fromItem() {}
func (*FuncRef) fromItem()     {}
func (*Join) fromItem()        {}

func (*Literal) expr()    {}
func (*ColumnRef) expr()  {}
func (*Star) expr()       {}
func (*Param) expr()      {}
func (*Cast) expr()       {}
func (*Unary) expr()      {}
func (*Binary) expr()     {}
func (*Logic) expr()      {}
func (*Not) expr()        {}
func (*Is) expr()         {}
func (*Distinct) expr()   {}
func (*Like) expr()       {}
func (*Between) expr()    {}
func (*In) expr()         {}
func (*Quantified) expr() {}
func (*Exists) expr()     {}
func (*Subquery) expr()   {}
func (*ArrayQuery) expr() {}
func (*Array) expr()      {}
func (*Row) expr()        {}
func (*Subscript) expr()  {}
func (*Field) expr()      {}
func (*Case) expr()       {}
func (*Func) expr()       {}
func (*NamedArg) expr()   {}
func (*Collate) expr()    {}

// An Error says what PostgreSQL, or we, do not take, and where.
type Error struct {
	Pos     Pos
	Message string // PostgreSQL's own wording where it has one
	Hint    string // what to write instead; may be empty
	Refused bool   // PostgreSQL might take it
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }
