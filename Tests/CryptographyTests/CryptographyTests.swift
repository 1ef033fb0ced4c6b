// The change that fills Cryptography brings its tests.
