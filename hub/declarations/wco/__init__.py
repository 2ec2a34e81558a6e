"""Documents of the WCO Data Model as XML: read, written, compared and validated. The only home of lxml."""
