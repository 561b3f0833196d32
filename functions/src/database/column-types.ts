import type { ColumnType, Generated, GeneratedAlways } from "kysely";

/** Set by the database. If a caller sets it, then to a time that was read from the database or, of an imported comment, from the import. */
export type Timestamp = Generated<Date>;
/** Set by the database with each update of the row. */
export type UpdatedTimestamp = GeneratedAlways<Date>;
export type NullableTimestamp = ColumnType<Date | null, Date | null | undefined, Date | null>;
