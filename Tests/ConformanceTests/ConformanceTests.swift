// One suite, two servers.
