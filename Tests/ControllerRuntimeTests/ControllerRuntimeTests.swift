// The change that fills ControllerRuntime brings its tests.
