#include "core/devices/infer_device_map.h"

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <fstream>
#include <set>

#include "core/base/error.h"
#include "core/base/json.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

// Against Accelerate 1.15.0 (tests/golden/device_map.py): hand-written placements and random ones. Deliberate
// differences, each with a case below: where Accelerate raises an IndexError (a tied parameter that no module in its
// list holds) or an AttributeError (fallback_allocation with a fractional size) we return a map; where it raises a
// KeyError, a ValueError or a StopIteration we throw a sentence.
using namespace fanlight;

namespace {

Json data(const std::string& name) { return read_json_file(source_path("/tests/golden/data/devices/") + name); }

std::vector<TensorSpec> tensors(const Json& list) {
    std::vector<TensorSpec> specs;
    for (const Json& t : list) specs.push_back({t[0], t[1], t[2], t.size() < 4 || t[3].get<bool>()});
    return specs;
}

/// Reads {"class", "params", "buffers", "children"} of the hand-written trees, [class, params, buffers, children] of
/// the random ones.
Module module_of(const Json& json, const std::string& name = "") {
    const auto part = [&](size_t index, const char* key) {
        return json.is_array() ? json[index] : json.value(key, Json::array());
    };
    Module module{.name = name,
                  .class_name = part(0, "class"),
                  .parameters = tensors(part(1, "params")),
                  .buffers = tensors(part(2, "buffers"))};
    for (const Json& child : part(3, "children")) module.children.push_back(module_of(child[1], child[0]));
    return module;
}

std::string device(const Json& value) {
    return value.is_number() ? "cuda:" + std::to_string(value.get<int>()) : value.get<std::string>();
}

MemoryBudget budget_of(const Json& list) {
    MemoryBudget budget;
    for (const Json& entry : list) budget.emplace_back(device(entry[0]), entry[1]);
    return budget;
}

DeviceMap map_of(const Json& list) {
    DeviceMap map;
    for (const Json& entry : list) map.emplace_back(entry[0], device(entry[1]));
    return map;
}

DeviceMap sorted(DeviceMap map) {
    std::sort(map.begin(), map.end());
    return map;
}

DeviceMap sorted_map(const Json& object) {
    DeviceMap map;
    for (const auto& [name, value] : object.items()) map.emplace_back(name, device(value));
    return sorted(map);
}

std::vector<std::string> strings(const Json& list) {
    return list.is_null() ? std::vector<std::string>() : list.get<std::vector<std::string>>();
}

struct Case {
    std::string name;
    ModuleTree tree;
    std::string strategy;
    MemoryBudget max_memory;
    DeviceMapOptions options;
    std::string error;  ///< what Accelerate raises
    MemoryBudget balanced;
    DeviceMap raw, clean;
};

ModuleTree given_tree(const Json& model) { return {.root = module_of(model["root"]), .ties = model["ties"]}; }

std::vector<Case> given_cases() {
    const Json given = data("device_map_cases.json");
    std::vector<Case> cases;
    for (const Json& json : given["cases"]) {
        Case c{.name = json["id"],
               .tree = given_tree(given["models"][json["model"].get<std::string>()]),
               .strategy = json["strategy"]};
        c.max_memory = budget_of(json["max_memory"]);
        c.options.no_split_module_classes = strings(json["no_split_module_classes"]);
        c.options.load.dtype = json["dtype"].is_null() ? "" : json["dtype"].get<std::string>();
        c.options.fallback_allocation = json["fallback_allocation"];
        if (!json["error"].is_null()) {
            c.error = json["error"]["type"];
        } else {
            if (json.contains("balanced_max_memory")) c.balanced = budget_of(json["balanced_max_memory"]);
            c.raw = map_of(json["raw_map"]);
            c.clean = sorted_map(json["clean_map"]);
        }
        cases.push_back(c);
    }
    return cases;
}

std::vector<Case> random_cases() {
    std::vector<Case> cases;
    for (const Json& json : data("device_map_random.json")) {
        const ModuleTree tree{.root = module_of(json[0]), .ties = json[1]};
        for (const Json& p : json[2]) {
            Case c{.name = std::to_string(cases.size()), .tree = tree, .strategy = p[0], .max_memory = budget_of(p[1])};
            c.options = {.no_split_module_classes = p[2],
                         .load = {.dtype = p[3], .special_dtypes = p[5]},
                         .fallback_allocation = p[4]};
            if (p[6].is_string()) {
                c.error = p[6];
            } else {
                if (c.strategy != "sequential") c.balanced = budget_of(p[6][0]);
                c.raw = map_of(p[6][1]);
                c.clean = sorted(map_of(p[6][2]));
            }
            cases.push_back(c);
        }
    }
    return cases;
}

std::string text(const DeviceMap& map) {
    std::string text;
    for (const auto& [name, device] : map) text += name + "=" + device + " ";
    return text;
}

/// Empty, or how the result differs from Accelerate's.
std::string difference(const Case& c) {
    DeviceMapOptions raw = c.options;
    raw.clean_result = false;
    if (!c.balanced.empty()) {
        const BalanceOptions balance{c.options.no_split_module_classes, c.options.load, c.strategy == "balanced_low_0"};
        if (get_balanced_memory(c.tree, c.max_memory, balance) != c.balanced)
            return c.name + ": balanced memory differs";
    }
    const DeviceMap found = place(c.tree, c.strategy, c.max_memory, raw).map;
    if (found != c.raw) return c.name + ":\n  found    " + text(found) + "\n  expected " + text(c.raw);
    const DeviceMap clean = sorted(place(c.tree, c.strategy, c.max_memory, c.options).map);
    return clean == c.clean ? "" : c.name + ": cleaned: " + text(clean) + ", expected " + text(c.clean);
}

/// Whether exactly one entry of the map covers each parameter.
bool places_each_parameter_once(const ModuleTree& tree, const DeviceMap& map) {
    for (const std::string& name : checkpoint_names({.root = tree.root})) {
        const auto covering = std::count_if(map.begin(), map.end(), [&](const auto& entry) {
            return entry.first == name || entry.first.empty() || name.starts_with(entry.first + ".");
        });
        const bool is_buffer = name.ends_with("state");  // a direct buffer of a split module has no entry
        if (covering > 1 || (covering == 0 && !is_buffer)) return false;
    }
    return true;
}

void compare(const std::vector<Case>& cases, size_t expected) {
    size_t maps = 0;
    for (const Case& c : cases) {
        if (!c.error.empty()) continue;
        const std::string wrong = difference(c);
        QVERIFY2(wrong.empty(), wrong.c_str());
        ++maps;
    }
    QCOMPARE(maps, expected);
}

template <typename Function>
std::string error_of(Function function) {
    try {
        function();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

#define VERIFY_SAYS(expression, part)                                 \
    do {                                                              \
        const std::string said = error_of([&] { expression; });       \
        QVERIFY2(said.find(part) != std::string::npos, said.c_str()); \
    } while (false)

Module linear_of(const char* name, const std::vector<int64_t>& shape) {
    return {.name = name, .class_name = "Linear", .parameters = {{"weight", shape, "float32"}}};
}

/// a: Linear, b: Block of two Linear; 400 bytes each.
ModuleTree small_tree() {
    const auto linear = [](const char* name) { return linear_of(name, {10, 10}); };
    const Module block{.name = "b", .class_name = "Block", .children = {linear("0"), linear("1")}};
    return {.root = {.class_name = "Net", .children = {linear("a"), block}}};
}

}  // namespace

class DeviceMapTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void givenPlacementsAreAccelerates() { compare(given_cases(), 261); }
    void randomPlacementsAreAccelerates() {
        const auto cases = random_cases();
        compare(cases, std::count_if(cases.begin(), cases.end(), [](const Case& c) { return c.error.empty(); }));
        QVERIFY(cases.size() > 500);
    }

    void moduleSizesAreAccelerates() {
        const Json given = data("device_map_cases.json");
        QCOMPARE(given["models"].size(), size_t{11});
        for (const auto& [name, model] : given["models"].items()) {
            const SizeMap sizes = compute_module_sizes(given_tree(model));
            for (const auto& [module, bytes] : sizes.entries())
                QCOMPARE(bytes, model["module_sizes"].value(module, Json(-1)).get<double>());
            QCOMPARE(sizes.entries().size(), model["module_sizes"].size());
        }
    }

    void tiedParametersAreFound() {
        const Json bert = data("device_map_cases.json")["models"]["bert_tiny"];
        auto groups = find_tied_parameters(given_tree(bert));
        std::sort(groups.begin(), groups.end());
        auto expected = bert["tied_groups"].get<std::vector<std::vector<std::string>>>();
        std::sort(expected.begin(), expected.end());
        QVERIFY(groups == expected);
    }

    void whereAccelerateBreaksOffThereIsAMapOrASentence() {
        std::vector<Case> cases = given_cases();
        const auto random = random_cases();
        cases.insert(cases.end(), random.begin(), random.end());
        std::map<std::string, int> seen;
        for (const Case& c : cases) {
            if (c.error.empty()) continue;
            ++seen[c.error];
            if (c.error == "KeyError") {
                VERIFY_SAYS(place(c.tree, c.strategy, c.max_memory, c.options), "without a gap");
            } else {
                const DeviceMap map = place(c.tree, c.strategy, c.max_memory, c.options).map;
                QVERIFY2(places_each_parameter_once(c.tree, map), (c.name + " " + text(map)).c_str());
            }
        }
        QCOMPARE(seen.size(), size_t{3});
    }

    void automaticSplitPointsAreAccelerates() {
        const Json given = data("device_map_cases.json");
        int same = 0, refused = 0;
        const auto compare_points = [&](const ModuleTree& tree, int chunks, const std::vector<std::string>& whole,
                                        const Json& expected) {
            if (expected == "IndexError") return;
            if (expected.is_string()) {
                VERIFY_SAYS(auto_split_points(tree, chunks, whole), expected == "ValueError" ? "too small" : "empty");
                ++refused;
            } else {
                QCOMPARE(auto_split_points(tree, chunks, whole), expected.get<std::vector<std::string>>());
                ++same;
            }
        };
        for (const Json& c : given["pippy_auto_split_cases"])
            compare_points(given_tree(given["models"][c["model"].get<std::string>()]), c["num_chunks"],
                           strings(c["no_split_module_classes"]),
                           c["error"].is_null() ? c["split_points"] : c["error"]["type"]);
        QCOMPARE(same + refused, 14);
        for (const Json& json : data("device_map_random.json"))
            compare_points({.root = module_of(json[0]), .ties = json[1]}, json[3][0], {}, json[3][1]);
        QVERIFY(same > 60);
        QVERIFY(refused > 20);
        VERIFY_SAYS(auto_split_points(small_tree(), 0, {}), "at least 1");
        QVERIFY(auto_split_points(small_tree(), 1, {}).empty());
    }

    void theModelsOwnWholeClassesWidenTheStages() {
        const auto linear = [](const char* name) { return linear_of(name, {20, 40}); };
        const Module block{.name = "b", .class_name = "Block", .children = {linear("0"), linear("1"), linear("2")}};
        ModuleTree tree{.root = {.class_name = "Net", .children = {linear("a"), block}}};
        QCOMPARE(auto_split_points(tree, 2, {}), std::vector<std::string>{"b.0"});
        tree.no_split_modules = {"Block"};
        QCOMPARE(auto_split_points(tree, 2, {}), std::vector<std::string>{"b.1"});
    }

    void buffersOfOffloadedLayersNeedAGpu() {
        ModuleTree tree = small_tree();
        tree.root.children[1].children[1].buffers = {{"state", {100}, "float32", true}};
        const MemoryBudget budget = {{"cuda:0", 1300}, {"cpu", 5000}};
        QCOMPARE(infer_auto_device_map(tree, budget, {}).homeless_buffers, 400.0);
        QCOMPARE(infer_auto_device_map(tree, budget, {.offload_buffers = true}).homeless_buffers, 0.0);
        QCOMPARE(infer_auto_device_map(tree, {{"cuda:0", 9000}}, {}).homeless_buffers, 0.0);
        QCOMPARE(infer_auto_device_map(tree, {{"cpu", 9000}}, {}).homeless_buffers, 0.0);
    }

    void aDeviceThatIsTooSmallIsNamedWithWhatItWouldNeed() {
        const auto result = infer_auto_device_map(small_tree(), {{"cuda:0", 700}, {"cuda:1", 5000}}, {});
        QVERIFY((result.too_small == MemoryBudget{{"cuda:0", 800}}));
        QVERIFY((result.map == DeviceMap{{"", "cuda:1"}}));
    }

    void strategiesAreNamed() {
        VERIFY_SAYS(place(small_tree(), "best", {{"cpu", 5000}}, {}),
                    "\"best\"; there are auto, balanced, balanced_low_0 and sequential");
        const MemoryBudget budget = {{"cuda:0", 900}, {"cuda:1", 900}, {"cpu", 5000}};
        QVERIFY(place(small_tree(), "auto", budget, {}).map == place(small_tree(), "balanced", budget, {}).map);
    }

    void aSingleGpuKeepsATenthWhenNobodyAsked() {
        const MemoryBudget budget = {{"cuda:0", 1000}, {"cpu", 5000}};
        QCOMPARE(get_balanced_memory(small_tree(), budget, {.budget_is_default = true})[0].second, 900.0);
        QCOMPARE(get_balanced_memory(small_tree(), budget, {})[0].second, 1000.0);
    }

    void aMapOfOnesOwnIsChecked() {
        const ModuleTree tree = small_tree();
        check_device_map(tree, {{"", "cpu"}});
        check_device_map(tree, {{"a", "cuda:0"}, {"b.0", "cuda:0"}, {"b.1.weight", "cpu"}});
        VERIFY_SAYS(check_device_map(tree, {{"a", "cpu"}, {"c", "cpu"}, {"b", "cpu"}}),
                    "names \"c\", which is not a module");
        VERIFY_SAYS(check_device_map(tree, {{"a", "cpu"}, {"b.weight", "cpu"}}),
                    "names \"b.weight\", which is not a module");
        VERIFY_SAYS(check_device_map(tree, {{"a", "cpu"}, {"b.1", "cpu"}}), "leaves out b.0.weight");
        VERIFY_SAYS(check_device_map(tree, {{"a", "cpu"}, {"b", "cpu"}, {"b.1", "cuda:0"}}), "both \"b\" and \"b.1\"");
        VERIFY_SAYS(check_device_map(tree, {{"", "cpu"}, {"a", "cuda:0"}}), "both \"\" and \"a\"");
        VERIFY_SAYS(check_device_map(tree, {}), "leaves out a.weight, b.0.weight and b.1.weight");
    }

    void aModelOnGpusHasOnTheCpuOnlyWhatWaitsThere() {
        QVERIFY(only_stores("disk", "cuda:0") && only_stores("disk", "cpu"));
        QVERIFY(only_stores("cpu", "cuda:0") && !only_stores("cpu", "cpu"));
        QVERIFY(!only_stores("cuda:1", "cuda:0"));
    }

    void anEntryCoversItselfAndWhatLiesInIt() {
        QVERIFY(covers("", "a.b") && covers("a", "a") && covers("a", "a.b") && covers("a.b", "a.b.c"));
        QVERIFY(!covers("a", "ab") && !covers("a.b", "a") && !covers("a.b", "a.bc"));
        const DeviceMap map = {{"a.b", "cuda:0"}, {"a", "cpu"}};
        QCOMPARE(device_of(map, "a.b.c"), std::string("cuda:0"));
        QCOMPARE(device_of(map, "a.c"), std::string("cpu"));
        QVERIFY(find_device(map, "b") == nullptr);
        VERIFY_SAYS(device_of(map, "b"), "leaves out b");
    }

    void aMapIsReadFromAFile() {
        const QTemporaryDir folder;
        const std::string file = folder.filePath("map.json").toStdString();
        const auto write = [&](const std::string& text) { std::ofstream(file) << text; };
        write(R"({"a": 1, "b": "cpu", "c": "disk", "d": "cuda:0"})");
        QVERIFY((sorted(read_device_map(file)) ==
                 DeviceMap{{"a", "cuda:1"}, {"b", "cpu"}, {"c", "disk"}, {"d", "cuda:0"}}));
        for (const char* wrong :
             {"-1", "1.5", "null", "\"gpu\"", "\"cuda:\"", "\"cuda:x\"", "\"cuda:123456\"", "[0]"}) {
            write(std::string(R"({"a": )") + wrong + "}");
            VERIFY_SAYS(read_device_map(file), "map.json: the device of \"a\" is ");
        }
        write("[1]");
        VERIFY_SAYS(read_device_map(file), "is an object");
        write(R"({"a": )");
        VERIFY_SAYS(read_device_map(file), "is not valid JSON");
    }
};

FANLIGHT_TEST(DeviceMapTest)
#include "tst_device_map.moc"
