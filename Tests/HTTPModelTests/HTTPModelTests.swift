// The change that fills HTTPModel brings its tests.
