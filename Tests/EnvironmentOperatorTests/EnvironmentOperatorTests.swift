// The change that fills EnvironmentOperator brings its tests.
