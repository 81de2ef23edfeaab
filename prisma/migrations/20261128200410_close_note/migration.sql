-- What whoever closed a month said of hosts that billed something else than was computed.
ALTER TABLE closed_bill ADD COLUMN note text CHECK (note <> '');
