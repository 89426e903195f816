// Package pgsql is PostgreSQL's SELECT over tables that are read from anywhere. A statement
// means what PostgreSQL says it means, or it is refused.
//
// # The way of a statement
//
// Package syntax makes a tree of the text. [Database.Prepare] finds out what the tree means:
// which column each name is, which routine each operator and function, and the type of
// everything (the files analyze_*.go, resolve.go and coerce.go). What comes out are a plan
// (plan.go) and typed expressions (expr.go); optimize.go brings conditions to where they are
// of use. [Statement.Run] makes functions of them and runs these (run*.go): rows are pushed
// from the tables to the result, and nothing is held that need not be.
//
// # What is allowed
//
// The catalogue (catalogue.go) lists the routines that there are, with the types of their
// arguments and results. An operator or function that is not in it, or is there without what
// runs it, is refused, and so is every construct that the analysis does not know. The
// catalogue has all of PostgreSQL's routines of a name or none, as the types of the arguments
// choose among them. [Refused] tells such errors from those that PostgreSQL has, too.
//
// # Levels, registers and frames
//
// Each query in a statement is a level. Its frame holds registers: of the columns of FROM that
// are read, of what it groups by, of the results of aggregates, windows and set-returning
// functions. Every step of the level fills some and reads some, so that a row is never copied
// from step to step; who keeps rows, as a sort does, copies what it needs. An expression in
// a subquery reaches the registers of the levels around it by counting levels.
//
// # Values
//
// Package value has the types with their values: how they are read, written, compared and
// computed with. Text is ordered by its bytes, as with the collation "C", and the time zone is
// UTC.
package pgsql
