"""Who listens to what happens in the lower offices: the one visible table (there are no hidden signals)."""

from kommunpost.apps.inbox.actions.taking_in import note_arrivals
from kommunpost.apps.mailflow.events import DeliveryListener
from kommunpost.apps.maillog.actions import write_rows
from kommunpost.apps.register.actions import note_deliveries

# Called inside the transaction that writes the deliveries: the log row is durable with them, or neither is.
DELIVERY_LISTENERS: tuple[DeliveryListener, ...] = (write_rows, note_deliveries, note_arrivals)
