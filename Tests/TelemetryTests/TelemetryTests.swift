// The change that fills Telemetry brings its tests.
