// The change that fills Formats brings its tests.
