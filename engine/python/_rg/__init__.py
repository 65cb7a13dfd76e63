"""The Python half of the embedded RedisGears: builder, steps and what scripts may call."""
