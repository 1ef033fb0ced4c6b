// The change that fills CurlTransport brings its tests.
