// The change that fills Kubernetes brings its tests.
