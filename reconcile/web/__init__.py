"""The review page: server-rendered, one set of rules with the CSV way, no outside host."""
