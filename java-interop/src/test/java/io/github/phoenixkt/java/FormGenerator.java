package io.github.phoenixkt.java;

import static java.util.Comparator.comparing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes the blocking interfaces, and the implementations of both forms, from the async interfaces.
 * {@code scripts/update-api} runs it and formats the result. Its rules are in docs/decisions/0019.
 */
final class FormGenerator {
  static final Path SOURCES = Path.of("src/main/java/io/github/phoenixkt/java");
  static final Path GENERATED = Path.of("src/generated/java/io/github/phoenixkt/java");

  private static final String RETURNS_STREAM =
      "@return a stream that fetches pages while you read it; close it unless you read it to its end";
  private static final String IMPORTS =
      "import java.util.List;\nimport java.util.stream.Stream;\n"
          + "import static io.github.phoenixkt.java.Waiting.await;\n"
          + "import static java.util.Objects.requireNonNull;\n";
  private static final String CLASS =
      "final class Default%1$s extends %2$s implements %1$s {\nDefault%1$s(%3$s) { super(%4$s); }\n";
  private static final Pattern TYPE =
      Pattern.compile(
          "(?s)(.*)/\\*\\*(.*?)\\*/\npublic interface (\\w+)(?:\\s+extends ([^{]*))? \\{\n(.*)\\}\n");
  private static final Pattern MEMBER =
      Pattern.compile("(?s)\\s*(?:/\\*\\*(.*?)\\*/)?\\s*([^;{]*?)\\s*(;|\\{\n.*\\})\\s*");
  private static final Pattern SIGNATURE =
      Pattern.compile("((?:@Override )?(?:default )?(?:<T[^>]*> )?)(\\S.*) (\\w+)\\( ?(.*)\\)");

  private final Map<String, Type> types = new TreeMap<>();

  record Type(String imports, String doc, String name, List<String> parents, List<Method> methods) {
    /** What can be read by pages is a flow in core, and a stream in the blocking form. */
    boolean isPaged(Method method) {
      return methods.stream().anyMatch(other -> other.name.equals(method.name + "Page"));
    }

    /** Uploads read collections and streams of the caller's: a superclass has these methods. */
    boolean hasUploads() {
      return name.equals("AsyncAnnotationsResource");
    }
  }

  record Method(
      String doc, String head, String result, String name, List<String> parameters, String body) {
    boolean isFuture() {
      return result.startsWith("CompletableFuture<");
    }

    /** What the future completes with. */
    String value() {
      return isFuture() ? result.replaceFirst("\\w+<(.*)>", "$1") : result;
    }

    String signature() {
      return name + "(" + String.join(", ", parameters) + ")";
    }
  }

  /** Reads the async interfaces of a module. */
  FormGenerator(Path module) throws IOException {
    for (File file : module.resolve(SOURCES).toFile().listFiles()) {
      String source = Files.readString(file.toPath());
      if (source.contains("\npublic interface Async")) {
        Type type = parse(source);
        types.put(type.name, type);
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    Path module = Path.of("java-interop");
    for (var file : new FormGenerator(module).generate().entrySet()) {
      Files.writeString(module.resolve(GENERATED).resolve(file.getKey()), file.getValue());
    }
  }

  /** The text of each file by its name. */
  Map<String, String> generate() {
    Map<String, String> files = new TreeMap<>();
    for (Type type : types.values()) {
      String blocking = blocking(type.name);
      boolean isResource = type.name.endsWith("Resource");
      files.put(blocking + ".java", file(type, blockingInterface(type)));
      if (isResource) {
        files.put("Default" + type.name + ".java", file(type, asyncClass(type)));
      }
      if (!type.name.endsWith("Writer")) {
        String async = isResource ? "Default" + type.name : type.name;
        files.put("Default" + blocking + ".java", file(type, blockingClass(type, async)));
      }
    }
    return files;
  }

  private static Type parse(String source) {
    Matcher type = match(TYPE, source);
    List<Method> methods = new ArrayList<>();
    for (String member : type.group(5).split("\n\n")) {
      Matcher m = match(MEMBER, member);
      Matcher s = match(SIGNATURE, m.group(2).replaceAll("\\s+", " "));
      String doc = text(m.group(1));
      List<String> parameters = split(s.group(4));
      methods.add(new Method(doc, s.group(1), s.group(2), s.group(3), parameters, m.group(3)));
    }
    String doc = text(type.group(2));
    return new Type(type.group(1), doc, type.group(3), split(type.group(4)), methods);
  }

  /** Not at the commas between type arguments. */
  private static List<String> split(String list) {
    return list == null || list.isEmpty() ? List.of() : List.of(list.split(",\\s+(?![^<]*>)"));
  }

  private static Matcher match(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("This is not written as FormGenerator expects: " + text);
    }
    return matcher;
  }

  private static String text(String comment) {
    return comment == null ? "" : comment.replaceAll("(?m)^ *\\* ?", "").strip();
  }

  private String blockingInterface(Type type) {
    StringBuilder code = new StringBuilder(blockingDoc(type.doc, "", false));
    String parents = blocking(String.join(", ", type.parents));
    code.append("public interface " + blocking(type.name));
    code.append((parents.isEmpty() ? "" : " extends " + parents) + " {\n");
    for (Method method : type.methods) {
      String result = blockingResult(type, method);
      code.append(blockingDoc(method.doc, result, type.isPaged(method)));
      code.append(method.head + result + " " + method.signature());
      code.append(result.equals("void") ? method.body.replace("return ", "") : method.body);
      code.append("\n\n");
    }
    return code + "}\n";
  }

  private String asyncClass(Type type) {
    String parent = type.hasUploads() ? "AsyncUploads" : "AsyncResource";
    String head = CLASS.formatted(type.name, parent, "Calls calls", "calls");
    return implementation(type, head, Method::result, method -> asyncBody(type, method));
  }

  private String asyncBody(Type type, Method method) {
    String core = coreCall(type, method);
    String start = blockingResult(type, method).equals("void") ? "run" : "call";
    String lambda = "(k -> " + core.replaceFirst("\\)$", ", k))");
    String call = (method.name.matches("add\\w+Note") ? "addNote" : start) + lambda;
    String list = "list(() -> " + core + ")";
    return checks(method) + "return calls." + (type.isPaged(method) ? list : call);
  }

  private String blockingClass(Type type, String async) {
    String parent = type.hasUploads() ? "BlockingUploads" : "BlockingForm<" + async + ">";
    String head = CLASS.formatted(blocking(type.name), parent, async + " async", "async");
    return implementation(type, head, m -> blockingResult(type, m), m -> blockingBody(type, m));
  }

  private String blockingBody(Type type, Method method) {
    if (type.isPaged(method)) {
      String flow = "async." + coreCall(type, method);
      return checks(method) + "return FlowStream.of(async.calls, " + flow + ")";
    }
    String names = String.join(", ", method.parameters.stream().map(FormGenerator::name).toList());
    String call = "async." + method.name + "(" + names + ")";
    return (blockingResult(type, method).equals("void") ? "" : "return ")
        + (method.isFuture() ? "await(() -> " + call + ")" : call);
  }

  private String implementation(
      Type type, String head, Function<Method, String> result, Function<Method, String> body) {
    StringBuilder code = new StringBuilder(head);
    for (Method method : methodsToImplement(type)) {
      code.append("\n@Override public " + result.apply(method) + " " + method.signature());
      code.append(" {\n" + body.apply(method) + ";\n}\n");
    }
    return code + "}\n";
  }

  private List<Method> methodsToImplement(Type type) {
    return Stream.concat(type.parents.stream(), Stream.of(type.name))
        .filter(types::containsKey)
        .flatMap(owner -> types.get(owner).methods.stream())
        .filter(m -> m.body.equals(";") || m.body.contains("new UnsupportedOperationException"))
        .filter(method -> !type.hasUploads() || !method.name.matches("(u|prepareU)pload.*"))
        .toList();
  }

  private static String blockingResult(Type type, Method method) {
    if (type.isPaged(method)) {
      return method.value().replaceFirst("List", "Stream");
    }
    String value = blocking(method.value()).replaceFirst("^Boolean$", "boolean");
    return value.equals("@Nullable Void") ? "void" : value;
  }

  private static String checks(Method method) {
    StringBuilder code = new StringBuilder();
    for (String parameter : method.parameters) {
      String name = name(parameter);
      String arguments = "(" + name + ", \"" + name + "\");\n";
      if (parameter.startsWith("Collection<")) {
        String type = parameter.replaceFirst("Collection", "List");
        code.append(type + "Copy = Checks.copyOf" + arguments);
      } else if (!parameter.matches("(@Nullable|int) .*")) {
        code.append("requireNonNull" + arguments);
      }
    }
    return code.toString();
  }

  /** Parameters of core that this overload does not have are null. */
  private String coreCall(Type type, Method method) {
    List<Method> all = methodsToImplement(type);
    Stream<Method> overloads = all.stream().filter(other -> other.name.equals(method.name));
    Method longest = overloads.max(comparing(m -> m.parameters.size())).orElseThrow();
    List<String> arguments = new ArrayList<>();
    for (String parameter : longest.parameters) {
      boolean given = method.parameters.contains(parameter);
      arguments.add(given ? argument(parameter, type.isPaged(method)) : "null");
    }
    boolean isSync = method.name.endsWith("Sync");
    if (isSync || all.stream().anyMatch(other -> other.name.equals(method.name + "Sync"))) {
      arguments.add(String.valueOf(isSync));
    }
    String core = "calls.client.get" + type.name.replaceAll("Async|Resource", "") + "().";
    return core + method.name.replaceFirst("Sync$", "") + "(" + String.join(", ", arguments) + ")";
  }

  private static String argument(String parameter, boolean isPaged) {
    if (parameter.equals("DeleteFilter filter")) {
      return "filter.name(), filter.identifier(), filter.annotatorKind()";
    }
    String name = name(parameter) + (parameter.startsWith("Collection<") ? "Copy" : "");
    return isPaged && name.equals("limit") ? "Limits.total(limit)" : name;
  }

  private static String name(String parameter) {
    return parameter.substring(parameter.lastIndexOf(' ') + 1);
  }

  /** Failures of futures become {@code @throws}; what is said of futures alone is left out. */
  static String blockingDoc(String doc, String result, boolean isPaged) {
    StringBuilder text = new StringBuilder();
    List<String> tags = new ArrayList<>();
    for (String part : doc.split("(?m)(?=^@|^<p>)")) {
      String line = part.strip().replaceAll("\\s+", " ");
      if (line.startsWith("<p>Fails with ")) {
        for (String failure : line.substring("<p>Fails with ".length()).split("; with ")) {
          String end = failure.contains(". ") ? "" : "\\.$";
          String thrown = failure.replaceFirst("\\{@link ([\\w.]+)\\}", "$1");
          tags.add("@throws " + thrown.replaceFirst(end, ""));
        }
      } else if (!line.startsWith("@")) {
        text.append(line.startsWith("<p><b>Futures") ? "" : part.strip() + "\n\n");
      } else if (!line.startsWith("@return ")) {
        tags.add(line);
      } else if (!result.equals("void")) {
        tags.add(isPaged ? RETURNS_STREAM : line.replace("completes with ", ""));
      }
    }
    tags.sort(comparing(tag -> "@param @return @throws @see".indexOf(tag.split(" ")[0])));
    String comment = blocking(text + String.join("\n", tags)).strip();
    return comment.isEmpty() ? "" : "/**\n" + comment.replaceAll("(?m)^", " * ") + "\n */\n";
  }

  private String file(Type type, String code) {
    var imports = new TreeSet<>((IMPORTS + type.imports).lines().toList());
    type.parents.forEach(
        parent -> imports.addAll(types.getOrDefault(parent, type).imports.lines().toList()));
    String isUsed = "(?s).*\\b%s\\b.*";
    imports.removeIf(line -> !code.matches(isUsed.formatted(line.replaceAll(".*\\.|;", ""))));
    String used = String.join("\n", imports).replaceFirst("(?s)(.*?)(import static .*)", "$2\n$1");
    return "// Generated by FormGenerator: change %s, and run scripts/update-api.\n"
        .concat("package io.github.phoenixkt.java;\n\n%s\n\n%s")
        .formatted(type.name, used, code);
  }

  private static String blocking(String text) {
    return text.replaceAll("\\b(Phoenix)?Async(?=[A-Z])", "$1Blocking");
  }
}
