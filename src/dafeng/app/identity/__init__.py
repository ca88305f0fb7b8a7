"""Who may come in 身份: people, roles and scopes, sign-in, second factors, keys, sessions and the audit trail."""
