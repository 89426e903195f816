// Runs the SQL statements of a JSON list from standard input in one DuckDB, and prints a
// JSON list with the columns, their types and the rows of each. Integers and times are
// texts, so that none loses a digit.
import { DuckDBInstance } from "@duckdb/node-api";
import { text } from "node:stream/consumers";

const connection = await (await DuckDBInstance.create(":memory:")).connect();
// Nothing may come from elsewhere, and the machine's time zone must not matter.
await connection.run("set autoinstall_known_extensions = false; set TimeZone = 'UTC'");
const results = [];
for (const sql of JSON.parse(await text(process.stdin))) {
  try {
    const reader = await connection.runAndReadAll(sql);
    results.push({
      columns: reader.columnNames().map((name, i) => ({ name, type: reader.columnTypes()[i].alias ?? String(reader.columnTypes()[i]) })),
      rows: reader.getRowsJson(),
    });
  } catch (e) {
    console.error(`${sql}\n${e.message}`);
    process.exit(1);
  }
}
process.stdout.write(JSON.stringify(results));
