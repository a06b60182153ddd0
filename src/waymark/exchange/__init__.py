"""The record in the formats of others: FHIR, iCalendar, PDF."""
