import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.logging.LogManager;
import org.postgresql.Driver;

/** JDBC URLs on standard input, a NUL behind each; for each a line of JSON: what pgjdbc takes from it, or null. */
class Pgjdbc {
    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char each : text.toCharArray())
            json.append(each >= ' ' && each < 127 && each != '"' && each != '\\' ? String.valueOf(each)
                : String.format("\\u%04x", (int) each));
        return json.append('"').toString();
    }

    private static String places(String hosts, String ports) {
        String[] host = hosts.split(",", -1), port = ports.split(",", -1);
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < host.length; i++)
            json.append(i > 0 ? "," : "").append("[" + quoted(host[i]) + "," + quoted(port[i]) + "]");
        return json.append(']').toString();
    }

    private static int count(Properties found, String name) {
        return found.getProperty(name).split(",", -1).length;
    }

    private static String read(String text) {
        Properties found;
        try {
            found = Driver.parseURL(text, null);
        } catch (RuntimeException refused) {
            return "null";
        }
        if (found == null || count(found, "PGHOST") > count(found, "PGPORT"))
            return "null"; // hostSpecs() runs past the end of the ports that a parameter gives
        return "{\"user\":" + quoted(found.getProperty("user", "")) + ",\"password\":"
            + quoted(found.getProperty("password", "")) + ",\"database\":" + quoted(found.getProperty("PGDBNAME", ""))
            + ",\"hosts\":" + places(found.getProperty("PGHOST"), found.getProperty("PGPORT")) + "}";
    }

    public static void main(String[] arguments) throws IOException {
        LogManager.getLogManager().reset();
        StringBuilder lines = new StringBuilder();
        String all = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        for (int from = 0, to; (to = all.indexOf(0, from)) >= 0; from = to + 1)
            lines.append(read(all.substring(from, to))).append('\n');
        System.out.print(lines);
    }
}
