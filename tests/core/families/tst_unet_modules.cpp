#include "core/families/parts/unet_modules.h"

#include <QTest>

#include "tests/core/families/reference_modules.h"
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
        compare_maps(tree_of(cases()[index]), cases()[index]["maps"]);
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
