FROM scratch
COPY bootgate /bootgate
COPY bootgate.yaml /bootgate.yaml
COPY server /server
ENV BOOTGATE_CONFIG=/bootgate.yaml
# scratch has no PATH and no shell: every program by its whole path.
ENTRYPOINT ["/bootgate", "exec", "--"]
CMD ["/server"]
