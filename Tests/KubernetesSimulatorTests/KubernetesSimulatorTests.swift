// The change that fills KubernetesSimulator brings its tests.
