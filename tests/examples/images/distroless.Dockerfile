FROM gcr.io/distroless/python3-debian12
COPY bootgate /bootgate
COPY bootgate.yaml /bootgate.yaml
ENV BOOTGATE_CONFIG=/bootgate.yaml
ENTRYPOINT ["/bootgate", "exec", "--"]
CMD ["/usr/bin/python3", "/app/main.py"]
