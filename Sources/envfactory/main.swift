print("envfactory")
