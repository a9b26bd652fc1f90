"""The register: what of the mail is a public record, where it is registered, and the diary."""
