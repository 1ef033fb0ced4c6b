// The change that fills EnvironmentAPI brings its tests.
