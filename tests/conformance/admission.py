"""What `bootgate rules export --to validating-admission-policy` writes, evaluated by a CEL that is not ours.

usage: admission.py BOOTGATE ROOT. Each object is bad for some policies or good for all; bootgate itself must find the
same rule in what is bad, and nothing of it in what is good. Skipped where scripts/setup could not install the CEL.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent


def service(kind, port, annotations=None, ranges=None):
    spec = {"type": kind, "selector": {"app": "db"}, "ports": [{"port": port}]}
    if ranges:
        spec["loadBalancerSourceRanges"] = ranges
    metadata = {"name": "db", "namespace": "shop"}
    if annotations:
        metadata["annotations"] = annotations
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def workload(kind, containers, **spec):
    pod = {"containers": containers, **spec}
    template = {"metadata": {"labels": {"app": "db"}}, "spec": pod}
    metadata = {"name": "db", "namespace": "shop"}
    if kind == "Pod":
        return {"apiVersion": "v1", "kind": kind, "metadata": {**metadata, "labels": {"app": "db"}}, "spec": pod}
    if kind == "CronJob":
        return {"apiVersion": "batch/v1", "kind": kind, "metadata": metadata,
                "spec": {"schedule": "0 * * * *", "jobTemplate": {"spec": {"template": template}}}}
    version = "batch/v1" if kind == "Job" else "apps/v1"
    return {"apiVersion": version, "kind": kind, "metadata": metadata,
            "spec": {"selector": {"matchLabels": {"app": "db"}}, "template": template}}


def container(image, name="db", **more):
    return {"name": name, "image": image, **more}


def variable(name, value=None, **source):
    return {"name": name, "value": value} if value is not None else {"name": name, "valueFrom": source}


SECRET = variable("POSTGRES_PASSWORD", secretKeyRef={"name": "pg", "key": "password"})
STORE = workload("StatefulSet", [container("postgres:16", env=[SECRET], ports=[{"containerPort": 5432}])])
# name, object, what stands beside it, the policies that must deny it, the rule that bootgate must find
ROWS = [
    ("load-balancer", service("LoadBalancer", 5432), [STORE], ["published-store"], "wildcard-bind"),
    ("node-port", service("NodePort", 6379), [workload("StatefulSet", [container("redis:7", args=["--requirepass", "$(X)"])])],
     ["published-store"], "wildcard-bind"),
    ("cluster-ip", service("ClusterIP", 5432), [STORE], [], None),
    ("internal", service("LoadBalancer", 5432, {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"}), [STORE], [], None),
    ("web", service("LoadBalancer", 443), [workload("Deployment", [container("nginx:1.27")])], [], None),
    ("host-port", workload("DaemonSet", [container("docker.io/library/postgres:16", env=[SECRET], ports=[{"containerPort": 5432, "hostPort": 5432}])]),
     [], ["host-port-store"], "wildcard-bind"),
    ("host-port-loopback", workload("Deployment", [container("postgres:16", env=[SECRET],
                                                             ports=[{"containerPort": 5432, "hostPort": 5432, "hostIP": "127.0.0.1"}])]), [], [], None),
    ("host-network", workload("StatefulSet", [container("bitnami/redis:7.4")], hostNetwork=True), [], ["host-network-store"], "host-network"),
    ("agent-on-host", workload("DaemonSet", [container("quay.io/prometheus/node-exporter:v1.8.2")], hostNetwork=True), [], [], None),
    ("default-password", workload("StatefulSet", [container("postgres:16", env=[variable("POSTGRES_PASSWORD", "postgres")])]), [],
     ["default-credentials"], "default-credentials"),
    ("default-in-cron-job", workload("CronJob", [container("mysql:8", env=[variable("MYSQL_ROOT_PASSWORD", "my-secret-pw")])],
                                     restartPolicy="Never"), [], ["default-credentials"], "default-credentials"),
    ("own-password", workload("StatefulSet", [container("postgres:16", env=[variable("POSTGRES_PASSWORD", "q8Zt3vLw5Xn2Rk7Bs4Yd9Hc6Mf1Gp0")])]),
     [], [], None),
    ("password-of-a-secret", STORE, [], [], None),
    ("loopback", workload("Deployment", [container("me/api:1", "api", env=[variable("DATABASE_URL", "postgresql+asyncpg://u@localhost:5432/shop")])]),
     [], ["loopback-host"], "loopback-host"),
    ("loopback-in-pod", workload("Pod", [container("me/api:1", "api", env=[variable("CACHE_URL", "redis://127.0.0.1/0")])]), [],
     ["loopback-host"], "loopback-host"),
    ("sidecar", workload("Deployment", [container("me/api:1", "api", env=[variable("DATABASE_URL", "postgresql://u@localhost:5432/shop")]),
                                        container("gcr.io/cloud-sql-connectors/cloud-sql-proxy:2", "proxy", args=["--port=5432", "p:r:i"])]), [], [], None),
    ("name-with-localhost", workload("Deployment", [container("me/api:1", "api", env=[
        variable("DATABASE_URL", "postgresql://u@localhost.shop.example.com:5432/shop")])]), [], [], None),
    ("empty-pod", workload("Deployment", [container("me/api:1", "api")]), [], [], None),
]


def denied_by(bootgate, modules):
    policies = subprocess.run([bootgate, "rules", "export", "--to", "validating-admission-policy"], capture_output=True, check=True, text=True).stdout
    done = subprocess.run(["node", HERE / "admission.mjs", modules], input=json.dumps({"policies": policies, "objects": [row[1] for row in ROWS]}),
                          capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise AssertionError(done.stderr)
    return [[name.removeprefix("bootgate-") for name in names] for names in json.loads(done.stdout)]


def rules_found(bootgate, objects):
    """The rules of which bootgate reports an error in the same objects."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "app.json").write_text("\n".join(json.dumps(item) for item in objects))
        done = subprocess.run([bootgate, "check", "--format", "json", "app.json"], cwd=folder, capture_output=True, text=True, check=False,
                              env={"PATH": os.environ["PATH"]})
    return {finding["rule"] for finding in json.loads(done.stdout)["findings"] if finding["severity"] == "error"}


def main():
    bootgate, root = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    if not (root / "node_modules/@bufbuild/cel").is_dir() or not (root / "node_modules/yaml").is_dir():
        print("1..0 # SKIP no CEL: scripts/setup installs @bufbuild/cel where npm can")
        return 0
    denials = denied_by(bootgate, root / "node_modules")
    policed = {"wildcard-bind", "host-network", "default-credentials", "loopback-host"}
    print(f"1..{len(ROWS)}")
    failed = 0
    for number, ((name, item, beside, denied, rule), got) in enumerate(zip(ROWS, denials), 1):
        found = rules_found(bootgate, [item, *beside]) & policed
        faults = [f"denied by {got}, wanted {denied}"] if got != denied else []
        faults += [f"bootgate finds {sorted(found)}, wanted {rule}"] if found != ({rule} if rule else set()) else []
        failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {name}")
        for fault in faults:
            print(f"# {fault}")
    return 1 if failed else 0


sys.exit(main())
