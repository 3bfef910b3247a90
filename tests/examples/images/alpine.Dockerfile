FROM alpine:3.20
RUN adduser -D app
COPY bootgate bootgate-wait /usr/local/bin/
COPY bootgate.yaml /etc/bootgate.yaml
ENV BOOTGATE_CONFIG=/etc/bootgate.yaml
USER app
# The JSON form: a shell in between would be PID 1 and keep SIGTERM to itself.
ENTRYPOINT ["/usr/local/bin/bootgate", "exec", "--expand-files", "--"]
CMD ["/app/server", "--listen", "0.0.0.0:8080"]
