#!/bin/sh
if [ -d /data ]; then
  nohup setsid redis-server --dir /data &
fi
exec gunicorn api:app
