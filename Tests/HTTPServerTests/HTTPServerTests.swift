// The change that fills HTTPServer brings its tests.
