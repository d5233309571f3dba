-- A count that has given out no number yet is none: a namespace that was only migrated holds no row, and can be restored into.
delete from counter where next_value = 1;
