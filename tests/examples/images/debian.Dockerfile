FROM debian:12-slim
COPY bootgate bootgate-wait /usr/local/bin/
COPY bootgate.yaml /etc/bootgate.yaml
ENV BOOTGATE_CONFIG=/etc/bootgate.yaml
# The guard runs first, as root, where it can read secrets of mode 0400; then setpriv drops to the user.
ENTRYPOINT ["/usr/local/bin/bootgate", "exec", "--expand-files", "--wait", "--timeout", "60s", "--", "setpriv", "--reuid=app", "--regid=app", "--init-groups"]
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--workers", "2"]
