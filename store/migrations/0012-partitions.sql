-- While it waits, every ask of the gate waits behind it.
alter function drop_partitions(text, timestamptz) set lock_timeout = '200ms';
