-- An invoice is typed in in the currency it is printed in; those typed in so far are in dollars.
ALTER TABLE provider_invoice ADD COLUMN currency text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$');
