# What runs in an environment until it is told to end.
echo at work
exec sleep 100
