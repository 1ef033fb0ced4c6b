// The change that fills EnvfactoryCommands brings its tests.
