"""The Python half of the embedded RedisGears: the builder, the steps and the functions that scripts call."""
