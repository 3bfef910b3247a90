"""How many connections a cluster opens at its worst moment: small streams with sums that were made by hand.

usage: scale.py BOOTGATE [NAME…]

A row is a name, the objects beside the server, what the server's row must say (demand, steady, verdict; capacity is
97 where nothing else is said), and how the sum comes about. PODS stands for a pod template whose only program opens
`each` connections by a pool that is written.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SERVER = """
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
        - name: db
          image: postgres:16
          ports: [{containerPort: 5432}]
          env: [{name: POSTGRES_PASSWORD, value: q8Zt3vLw5Xn2Rk7Bs4Yd9Hc6Mf1Gp0}]
"""


def program(each, name="api", host="db", command="[uvicorn, app:app]"):
    url = f"postgresql://postgres:q8Zt3vLw5Xn2Rk7Bs4Yd9Hc6Mf1Gp0@{host}:5432/postgres"
    return (f"{{name: {name}, image: 'me/{name}:1', command: {command}, env: [{{name: APP_ENV, value: production}}, "
            f"{{name: DATABASE_URL, value: '{url}'}}, {{name: DB_POOL_SIZE, value: '{each}'}}, "
            "{name: DB_MAX_OVERFLOW, value: '0'}]}")


def pods(*programs, init=()):
    first = f"initContainers: [{', '.join(init)}], " if init else ""
    return f"{{metadata: {{labels: {{app: api}}}}, spec: {{{first}containers: [{', '.join(programs)}]}}}}"


def workload(kind, spec, template, version="apps/v1", name="api"):
    more = f"{spec}, " if spec else ""
    return (f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\n"
            f"spec: {{{more}selector: {{matchLabels: {{app: api}}}}, template: {template}}}\n")


def deployment(spec, each=10, **more):
    return workload("Deployment", spec, pods(program(each)), **more)


def rollout(spec):
    return workload("Rollout", spec, pods(program(10)), "argoproj.io/v1alpha1")


def job(spec, template=None, annotations=""):
    more = f", annotations: {{{annotations}}}" if annotations else ""
    return (f"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: api, namespace: shop{more}}}\n"
            f"spec: {{{spec}{', ' if spec else ''}template: {template or pods(program(10))}}}\n")


def cron(spec, job_spec=""):
    return ("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: api, namespace: shop}\n"
            f"spec: {{schedule: '0 * * * *', {spec}jobTemplate: {{spec: {{{job_spec}template: {pods(program(10))}}}}}}}\n")


def hpa(spec, target="kind: Deployment, name: api", namespace="shop"):
    return ("apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n"
            f"metadata: {{name: api, namespace: {namespace}}}\nspec: {{scaleTargetRef: {{{target}}}, {spec}}}\n")


def keda(spec, target="name: api"):
    return ("apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: api, namespace: shop}\n"
            f"spec: {{scaleTargetRef: {{{target}}}{', ' if spec else ''}{spec}}}\n")


def operated(kind, version, spec, name="pg"):
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\nspec: {spec}\n"


def from_secret(secret, key, spec="", each=10):
    """A Deployment whose connection string is in a Secret that an operator makes."""
    made = f"valueFrom: {{secretKeyRef: {{name: {secret}, key: {key}}}}}"
    text = deployment(spec, each=each)
    begin = text.index("value: 'postgresql://")
    return text[:begin] + made + text[text.index("}", begin):]


def relayed(name, arguments, image="gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1", spec=""):
    """A Deployment that reaches its server through a relay in its own pod."""
    relay = f"{{name: relay, image: '{image}', restartPolicy: Always, args: {json.dumps(arguments)}}}"
    return workload("Deployment", spec, pods(program(10, host="127.0.0.1"), init=[relay]), name=name)


CNPG, ZALANDO = "postgresql.cnpg.io/v1", "acid.zalan.do/v1"
CRUNCHY = "postgres-operator.crunchydata.com/v1beta1"
ROWS = [
    # Deployments: ceil(replicas x 25 %), no more than there are to replace.
    ("one-replica", [deployment("")], (20, 10, "ok"), "(1 + 1) x 10"),
    ("five-replicas", [deployment("replicas: 5")], (70, 50, "ok"), "(5 + 2) x 10"),
    ("eight-replicas", [deployment("replicas: 8")], (100, 80, "fail"), "(8 + 2) x 10"),
    ("recreate", [deployment("replicas: 8, strategy: {type: Recreate}")], (80, 80, "ok"), "8 x 10"),
    ("surge-number", [deployment("replicas: 4, strategy: {rollingUpdate: {maxSurge: 3}}")], (70, 40, "ok"), "(4 + 3) x 10"),
    ("surge-zero", [deployment("replicas: 9, strategy: {rollingUpdate: {maxSurge: 0}}")], (90, 90, "ok"), "9 x 10"),
    ("surge-nothing-percent", [deployment("replicas: 9, strategy: {rollingUpdate: {maxSurge: 0%}}")], (90, 90, "ok"), "9 x 10"),
    ("surge-beyond", [deployment("replicas: 2, strategy: {rollingUpdate: {maxSurge: 10}}")], (40, 20, "ok"),
     "(2 + 2) x 10: no more new pods than replicas"),
    ("surge-third", [deployment("replicas: 7, strategy: {rollingUpdate: {maxSurge: 34%}}")], (100, 70, "fail"), "(7 + ceil(2.38)) x 10"),
    ("nothing", [deployment("replicas: 0"), deployment("replicas: 1", name="other")], (20, 10, "ok"), "0 + (1 + 1) x 10"),
    ("replica-set", [workload("ReplicaSet", "replicas: 9", pods(program(10)))], (90, 90, "ok"), "9 x 10, nobody rolls it"),
    ("stateful-set", [workload("StatefulSet", "replicas: 9", pods(program(10)))], (90, 90, "ok"), "9 x 10, one at a time"),
    # Who scales them.
    ("hpa", [deployment("replicas: 2", each=5), hpa("minReplicas: 3, maxReplicas: 12")], (75, 15, "ok"), "(12 + 3) x 5; steady at least 3"),
    ("hpa-below", [deployment("replicas: 8", each=5), hpa("maxReplicas: 4")], (50, 40, "ok"), "(8 + 2) x 5: it is told 8 first"),
    ("hpa-elsewhere", [deployment("replicas: 2"), hpa("maxReplicas: 50", namespace="prod")], (30, 20, "ok"), "(2 + 1) x 10"),
    ("hpa-of-nothing", [deployment("replicas: 0"), deployment("", name="other"), hpa("maxReplicas: 50")], (20, 10, "ok"),
     "an HPA does not start what is scaled to nothing"),
    ("hpa-stateful", [workload("StatefulSet", "replicas: 2", pods(program(10))), hpa("maxReplicas: 9", "kind: StatefulSet, name: api")],
     (90, 20, "ok"), "9 x 10"),
    ("keda", [deployment("replicas: 1", each=2), keda("maxReplicaCount: 30")], (76, 2, "ok"), "(30 + 8) x 2"),
    ("keda-default", [deployment("replicas: 1", each=1), keda("")], (125, 1, "fail"), "(100 + 25) x 1"),
    ("keda-from-nothing", [deployment("replicas: 0", each=2), keda("maxReplicaCount: 30")], (76, 0, "ok"), "it starts them when there is work"),
    ("scaled-job", ["apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\nmetadata: {name: api, namespace: shop}\n"
                    f"spec: {{maxReplicaCount: 4, jobTargetRef: {{parallelism: 2, completions: 2, template: {pods(program(10))}}}}}\n"],
     (80, 20, "ok"), "4 jobs x 2 pods x 10"),
    # Argo Rollouts.
    ("blue-green", [rollout("replicas: 4, strategy: {blueGreen: {activeService: api}}")], (80, 40, "ok"), "(4 + 4) x 10"),
    ("canary", [rollout("replicas: 4, strategy: {canary: {maxSurge: 2}}")], (60, 40, "ok"), "(4 + 2) x 10"),
    ("canary-default", [rollout("replicas: 4, strategy: {canary: {}}")], (50, 40, "ok"), "(4 + 1) x 10"),
    ("canary-routed", [rollout("replicas: 5, strategy: {canary: {maxSurge: 1, trafficRouting: {nginx: {}}}}")], (100, 50, "fail"), "(5 + 5) x 10"),
    ("rollout-takes-over", [deployment("replicas: 0"), "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n"
                            "metadata: {name: ui, namespace: shop}\nspec: {replicas: 3, workloadRef: {apiVersion: apps/v1, kind: Deployment, "
                            "name: api}, strategy: {blueGreen: {activeService: api}}}\n"], (60, 30, "ok"), "(3 + 3) x 10 of the Deployment's pods"),
    # Jobs.
    ("job", [job("parallelism: 5, completions: 50")], (50, 50, "ok"), "5 x 10"),
    ("job-completions", [job("parallelism: 50, completions: 5")], (50, 50, "ok"), "5 x 10"),
    ("job-queue", [job("parallelism: 5")], (50, 50, "ok"), "5 x 10"),
    ("test-hook", [job("", annotations="helm.sh/hook: test"), deployment("", name="other")], (20, 10, "ok"), "tests run when somebody asks"),
    ("upgrade-hook", [job("", annotations="helm.sh/hook: pre-upgrade"), deployment("replicas: 4", name="other")], (60, 50, "ok"),
     "10 beside (4 + 1) x 10"),
    ("cron-forbid", [cron("concurrencyPolicy: Forbid, ", "parallelism: 3, ")], (30, 30, "ok"), "3 x 10"),
    ("cron-allow", [cron("")], (10, 10, "warn"), "10 for each run, and runs may overlap"),
    ("cron-suspended", [cron("suspend: true, "), deployment("", name="other")], (20, 10, "ok"), "it does not run"),
    ("daemon-set", [workload("DaemonSet", "", pods(program(10)))], (10, 10, "warn"), "10 on each node"),
    ("daemon-set-too-many", [workload("DaemonSet", "", pods(program(100)))], (100, 100, "warn"), "perhaps on no node"),
    # Programs of one pod.
    ("two-programs", [workload("Deployment", "replicas: 3", pods(program(5), program(7, "outbox")))], (48, 36, "ok"), "(3 + 1) x (5 + 7)"),
    ("init-smaller", [workload("Deployment", "replicas: 3", pods(program(10), init=[program(4, "migrate")]))], (40, 30, "ok"),
     "(3 + 1) x max(4, 10)"),
    ("init-greater", [workload("Deployment", "replicas: 3", pods(program(10), init=[program(20, "migrate")]))], (80, 30, "ok"),
     "(3 + 1) x max(20, 10)"),
    ("init-two", [workload("Deployment", "replicas: 3", pods(program(10), init=[program(8, "one"), program(12, "two")]))], (48, 30, "ok"),
     "(3 + 1) x max(8, 12, 10): one after the other"),
    ("native-sidecar", [workload("Deployment", "replicas: 3", pods(program(10), init=[
        program(5, "relay")[:-1] + ", restartPolicy: Always}"]))], (60, 45, "ok"), "(3 + 1) x (5 + 10): it stays"),
]
# With a server of an operator instead: (name, objects, server, demand, steady, capacity, verdict, sum).
OPERATED = [
    ("cnpg-parameter", [operated("Cluster", CNPG, "{instances: 3, postgresql: {parameters: {max_connections: '200'}}}"),
                        deployment("replicas: 10").replace("@db:", "@pg-rw:")], "pg-rw.shop:5432", (130, 100, 197, "ok"), "(10 + 3) x 10"),
    ("cnpg-default", [operated("Cluster", CNPG, "{instances: 1}"), deployment("replicas: 8").replace("@db:", "@pg-rw:")],
     "pg-rw.shop:5432", (100, 80, 97, "fail"), "(8 + 2) x 10 of 100 - 3"),
    ("cnpg-pooler", [operated("Cluster", CNPG, "{instances: 1}"),
                     operated("Pooler", CNPG, "{cluster: {name: pg}, pgbouncer: {poolMode: transaction}}", "pool"),
                     deployment("replicas: 8").replace("@db:", "@pool:")], "pg-rw.shop:5432", (40, 20, 97, "ok"), "(1 + 1) x 20"),
    ("cnpg-pooler-clients", [operated("Cluster", CNPG, "{instances: 1}"),
                             operated("Pooler", CNPG, "{cluster: {name: pg}, instances: 2, pgbouncer: {poolMode: transaction}}", "pool"),
                             deployment("replicas: 20").replace("@db:", "@pool:")], "pool.shop:5432", (250, 200, 200, "fail"),
     "(20 + 5) x 10 clients of 2 x 100"),
    ("cnpg-pooler-recreated", [operated("Cluster", CNPG, "{instances: 1}"),
                               operated("Pooler", CNPG, "{cluster: {name: pg}, instances: 2, deploymentStrategy: {type: Recreate}, "
                                        "pgbouncer: {poolMode: transaction, parameters: {default_pool_size: '30', reserve_pool_size: '5'}}}", "pool"),
                               deployment("").replace("@db:", "@pool:")], "pg-rw.shop:5432", (70, 70, 97, "ok"), "2 x (30 + 5)"),
    ("zalando-parameter", [operated("postgresql", ZALANDO, "{numberOfInstances: 2, postgresql: {version: '16', parameters: {max_connections: '10'}}}"),
                           deployment("", each=3).replace("@db:", "@pg:")], "pg.shop:5432", (6, 3, 7, "ok"), "(1 + 1) x 3 of 10 - 3"),
    ("zalando-pooler", [operated("postgresql", ZALANDO, "{numberOfInstances: 2, enableConnectionPooler: true, postgresql: {version: '16'}}"),
                        deployment("replicas: 4").replace("@db:", "@pg-pooler:")], "pg.shop:5432", (90, 60, 97, "ok"),
     "60 for two pooler pods, 30 more while they are replaced"),
    ("crunchy-pooler", [operated("PostgresCluster", CRUNCHY, "{postgresVersion: 16, proxy: {pgBouncer: {replicas: 2, config: {global: "
                                 "{default_pool_size: '15', pool_mode: transaction}}}}, patroni: {dynamicConfiguration: {postgresql: "
                                 "{parameters: {max_connections: 50}}}}}"),
                        deployment("").replace("@db:", "@pg-pgbouncer:")], "pg-primary.shop:5432", (45, 30, 47, "ok"), "(2 + 1) x 15 of 50 - 3"),
    # Connection strings that operators make: the login is not known, the server is.
    *((f"cnpg-{key}", [operated("Cluster", CNPG, "{instances: 3}"), from_secret("pg-app", key, "replicas: 8")], "pg-rw.shop:5432",
       (100, 80, 97, "fail"), "(8 + 2) x 10") for key in ("uri", "fqdn-uri", "jdbc-uri", "fqdn-jdbc-uri")),
    ("crunchy-uri", [operated("PostgresCluster", CRUNCHY, "{postgresVersion: 16}"), from_secret("pg-pguser-pg", "uri", "replicas: 8")],
     "pg-primary.shop:5432", (100, 80, 97, "fail"), "(8 + 2) x 10"),
    ("crunchy-pooler-uri", [operated("PostgresCluster", CRUNCHY, "{postgresVersion: 16, users: [{name: shop}], proxy: {pgBouncer: {replicas: 2}}}"),
                            from_secret("pg-pguser-shop", "pgbouncer-uri", "replicas: 20")], "pg-pgbouncer.shop:5432", (250, 200, 200, "fail"),
     "(20 + 5) x 10 clients of 2 x 100"),
    # Relays open what they are asked for: all that lead to one instance are added up.
    ("relays", [relayed("api", ["--port=5432", "acme:eu:shop"], spec="replicas: 4"), relayed("jobs", ["acme:eu:shop?port=5432"])],
     "acme:eu:shop", (70, 50, None, "warn"), "(4 + 1) x 10 + (1 + 1) x 10"),
    ("relays-old", [relayed("api", ["-instances=acme:eu:shop=tcp:5432,acme:eu:other=tcp:5433"],
                            "gcr.io/cloudsql-docker/gce-proxy:1.37.10")], "acme:eu:shop", (20, 10, None, "warn"), "(1 + 1) x 10"),
]


def budget(bootgate, objects):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "app.yaml")
        path.write_text("\n---\n".join(objects))
        done = subprocess.run([bootgate, "budget", "--format", "json", path.name], cwd=folder, capture_output=True, check=False,
                              env={"PATH": os.environ["PATH"]}, timeout=60)
    document = json.loads(done.stdout)
    if document.get("errors"):
        raise AssertionError(document["errors"])
    return {row["server"]: row for row in document["servers"]}


def faults_of(bootgate, objects, server, wanted, story):
    row = budget(bootgate, objects).get(server)
    if not row:
        return [f"no row for {server}"]
    got = (row["demand"], row["steady"], row["capacity"], row["verdict"])
    return [] if got == wanted else [f"wanted {wanted}: {story}", f"got    {got}", *(json.dumps(term) for term in row["terms"])]


def main():
    bootgate = os.path.abspath(sys.argv[1])
    rows = [(name, [SERVER, *objects], "db.shop:5432", (demand, steady, 97, verdict), story)
            for name, objects, (demand, steady, verdict), story in ROWS] + OPERATED
    rows = [row for row in rows if not sys.argv[2:] or row[0] in sys.argv[2:]]
    print(f"1..{len(rows)}")
    failed = 0
    for number, (name, objects, server, wanted, story) in enumerate(rows, 1):
        try:
            faults = faults_of(bootgate, objects, server, wanted, story)
        except (AssertionError, ValueError) as fault:
            faults = [repr(fault)]
        failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {name}")
        for fault in faults:
            print(f"# {fault}")
    sys.exit(1 if failed or not rows else 0)


main()
