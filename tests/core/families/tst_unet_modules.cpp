#include "core/families/parts/unet_modules.h"

#include <QTest>

#include "core/devices/infer_device_map.h"
#include "core/devices/placement.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

// Against diffusers 0.42.1 and Accelerate 1.15.0 (tests/golden/unet_device_map.py).
namespace {

const Json& cases() {
    static const Json cases = read_json_file(source_path("/tests/golden/data/devices/unet_device_map.json"));
    return cases;
}

void add_cases() {
    QTest::addColumn<int>("index");
    for (int i = 0; i < static_cast<int>(cases().size()); ++i)
        QTest::newRow(cases()[i]["name"].get<std::string>().c_str()) << i;
}

ModuleTree tree_of(const Json& json) { return unet_modules(UNetConfig(json["config"]), "float32"); }

/// The first module that differs, or an empty string.
std::string difference(const Module& module, const Json& expected, const std::string& name) {
    Json parameters = Json::array();
    for (const TensorSpec& parameter : module.parameters) parameters.push_back({parameter.name, parameter.shape});
    if (module.class_name != expected[0]) return name + " is a " + module.class_name;
    if (parameters != expected[1]) return name + " has the parameters " + parameters.dump();
    if (module.children.size() != expected[2].size()) return name + " has another number of children";
    for (size_t i = 0; i < module.children.size(); ++i) {
        const Module& child = module.children[i];
        if (child.name != expected[2][i][0]) return name + " has a child " + child.name + " out of order";
        const std::string found = difference(child, expected[2][i][1], child_name(name, child.name));
        if (!found.empty()) return found;
    }
    return "";
}

std::string device(const Json& number_or_name) {
    const std::string text = number_or_name.is_string() ? number_or_name.get<std::string>() : number_or_name.dump();
    return text == "cpu" || text == "disk" ? text : "cuda:" + text;
}

DeviceMap map_of(const Json& by_device) {
    DeviceMap map;
    for (const auto& [where, names] : by_device.items())
        for (const Json& name : names) map.emplace_back(name, device(where));
    return map;
}

}  // namespace

class TestUnetModules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theModulesAreThoseThatDiffusersRegisters_data() { add_cases(); }
    void theModulesAreThoseThatDiffusersRegisters() {
        QFETCH(int, index);
        const Json& expected = cases()[index];
        const ModuleTree tree = tree_of(expected);
        QCOMPARE(difference(tree.root, expected["modules"], ""), std::string());
        QCOMPARE(tree.no_split_modules, expected["no_split_modules"].get<std::vector<std::string>>());
        QVERIFY(tree.ties.empty());
    }

    void everyParameterLiesWhereAcceleratePutsIt_data() { add_cases(); }
    void everyParameterLiesWhereAcceleratePutsIt() {
        QFETCH(int, index);
        const ModuleTree tree = tree_of(cases()[index]);
        const auto parameters = checkpoint_names(tree);
        for (const Json& expected : cases()[index]["maps"]) {
            MemoryBudget max_memory;
            for (const Json& entry : expected[1]) max_memory.emplace_back(device(entry[0]), entry[1]);
            const DeviceMapOptions options{.no_split_module_classes = expected[2], .load = {.dtype = expected[3]}};
            const DeviceMap map = place(tree, expected[0], max_memory, options).map;
            const DeviceMap reference = map_of(expected[4]);
            for (const std::string& name : parameters) {
                const std::string what = name + " by " + expected[0].dump() + " " + expected[1].dump();
                QVERIFY2(device_of(map, name) == device_of(reference, name), what.c_str());
            }
        }
    }

    void bytesAreThoseOfTheDtype() {
        const UNetConfig config(cases()[0]["config"]);
        const Bytes whole = compute_module_sizes(unet_modules(config, "float32")).of("");
        QCOMPARE(compute_module_sizes(unet_modules(config, "bfloat16")).of(""), whole / 2);
    }

    void anActivationWithoutAModuleIsRefused() {
        Json config = cases()[0]["config"];
        config["act_fn"] = "tanhshrink";
        QVERIFY_THROWS_EXCEPTION(Error, unet_modules(UNetConfig(config), "float32"));
    }
};

FANLIGHT_TEST(TestUnetModules)
#include "tst_unet_modules.moc"
