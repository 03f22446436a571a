// Which models a worker keeps, on devices of which the tests say how much memory they have left.

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "core/base/file.h"
#include "core/weights/accelerator.h"
#include "core/worker/kept_models.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

constexpr int64_t GiB = int64_t{1} << 30;

/// Two cards. Each time that memory is given back, the first one has that of another model left.
class Cards : public Accelerator {
public:
    static inline std::map<int, int64_t> left;
    static inline int64_t given_back = 0;

    c10::DeviceType type() const override { return c10::DeviceType::PrivateUse1; }
    int count() override { return 2; }
    Card describe(int) const override { return {"A card", ""}; }
    int64_t bytes_in_use(int) const override { return 0; }
    int64_t bytes_left(int index) const override { return left[index]; }
    void limit_memory(int, int64_t) override {}
    void empty_cache() override { left[0] += given_back; }
    int64_t failed_allocations() const override { return 0; }
    std::unique_ptr<DeviceGraph> new_graph(int) override { return nullptr; }
};

/// A model of which only its name is of interest.
class Named : public Pipeline {
public:
    explicit Named(std::string its_name) : name(std::move(its_name)) {}
    std::unique_ptr<Generation> open(const std::vector<Task>&) override { return nullptr; }

    const std::string name;
};

std::string current(const KeptModels& models) {
    const auto* named = dynamic_cast<Named*>(models.current());
    return named ? named->name : "none";
}

}  // namespace

class TestKeptModels : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    /// A single file of 4 MiB.
    protocol::Load model(const std::string& name, const std::string& device = "cuda:0") const {
        protocol::Load load;
        load.folder = folder_.filePath("model.safetensors").toStdString();
        load.device = device;
        load.recipe.model = name;
        load.recipe.model_hash = name;
        return load;
    }

    static void load(KeptModels& models, const protocol::Load& asked) {
        models.load(asked, [&] { return std::make_unique<Named>(asked.recipe.model); });
    }

    /// a, b and c, of which c is the current one.
    void loadThree(KeptModels& models) const {
        for (const char* name : {"a", "b", "c"}) load(models, model(name));
    }

private Q_SLOTS:
    void initTestCase() {
        set_accelerator(std::make_unique<Cards>());
        replace_file(folder_.filePath("model.safetensors").toStdString(), std::string(4 << 20, '\0'));
    }

    void init() {
        Cards::left = {{0, 8 * GiB}, {1, 8 * GiB}};
        Cards::given_back = 0;
    }

    void whatHasBeenLoadedIsTakenUpAgain() {
        KeptModels models;
        QCOMPARE(current(models), std::string("none"));
        QVERIFY(!models.take_up(model("a")));
        loadThree(models);
        QCOMPARE(current(models), std::string("c"));
        QVERIFY(models.take_up(model("a")));
        QCOMPARE(current(models), std::string("a"));
        QVERIFY(!models.take_up(model("d")));
        QVERIFY(!models.take_up(model("a", "cuda:1")));
        QCOMPARE(current(models), std::string("a"));
        models.clear();
        QVERIFY(!models.current() && !models.take_up(model("b")));
    }

    void aModelMakesRoomForItself() {
        KeptModels models;
        loadThree(models);
        models.take_up(model("a"));  // so that b is the oldest one
        Cards::left[0] = GiB;        // and twice the file is missing
        Cards::given_back = 8 << 20;
        load(models, model("d"));
        QCOMPARE(current(models), std::string("d"));
        QVERIFY(!models.take_up(model("b")));
        QVERIFY(models.take_up(model("a")) && models.take_up(model("c")));
    }

    void aRefinerNeedsRoom() {
        KeptModels models;
        load(models, model("a"));
        Cards::left[0] = GiB + (12 << 20);  // enough for another model, but not for two
        load(models, model("b"));
        QVERIFY(models.take_up(model("a")));
        protocol::Load refined = model("c");
        refined.recipe.components = {{refiner_kind, "refiner", refined.folder, "hash"}};
        load(models, refined);
        QVERIFY(!models.take_up(model("a")) && !models.take_up(model("b")) && models.take_up(refined));
    }

    void allDevicesOfAModelCount() {
        KeptModels models;
        load(models, model("a"));
        load(models, model("b"));
        protocol::Load spread = model("c");
        spread.device_map = {{"unet", "cuda:0"}, {"vae", "cuda:1"}};
        Cards::left[1] = GiB;
        load(models, spread);
        QVERIFY(!models.take_up(model("a")) && !models.take_up(model("b")) && models.take_up(spread));
    }

    void onTheCpuAModelMakesWayForItsVariants() {
        for (const std::string device : {"cpu", "cuda:0"}) {
            KeptModels models;
            load(models, model("a", device));
            load(models, model("b", device));
            protocol::Load variant = model("b", device);
            variant.recipe.loras = {{.name = "lora", .weight = 0.5}};
            load(models, variant);
            QVERIFY(models.take_up(model("a", device)) && models.take_up(variant));
            QCOMPARE(models.take_up(model("b", device)), device != "cpu");
        }
    }

    /// With less memory, since nothing is handed over then.
    void aVariantIsTriedAgain() {
        KeptModels models;
        load(models, model("a", "cpu"));
        load(models, model("b", "cpu"));
        protocol::Load variant = model("b", "cpu");
        variant.recipe.loras = {{.name = "lora"}};
        int tries = 0;
        models.load(variant, [&]() -> std::unique_ptr<Pipeline> {
            if (++tries < 3) throw std::bad_alloc();
            return std::make_unique<Named>("b with a LoRA");
        });
        QCOMPARE(tries, 3);
        QCOMPARE(current(models), std::string("b with a LoRA"));
        QVERIFY(!models.take_up(model("a", "cpu")) && !models.take_up(model("b", "cpu")));
    }

    void loadingIsTriedAgainWithLess() {
        KeptModels models;
        loadThree(models);
        int tries = 0;
        models.load(model("d"), [&]() -> std::unique_ptr<Pipeline> {
            if (++tries < 3) throw std::bad_alloc();
            return std::make_unique<Named>("d");
        });
        QCOMPARE(tries, 3);
        QVERIFY(!models.take_up(model("a")) && !models.take_up(model("b")) && models.take_up(model("c")));
    }

    void whatCannotBeLoadedIsThrown() {
        KeptModels models;
        loadThree(models);
        int tries = 0;
        const auto load_by = [&](const auto& error) {
            models.load(model("d"), [&]() -> std::unique_ptr<Pipeline> {
                ++tries;
                throw error;
            });
        };
        QVERIFY_THROWS_EXCEPTION(Error, load_by(Error("its file is broken")));
        QCOMPARE(tries, 1);
        QVERIFY(models.take_up(model("a")) && models.take_up(model("b")) && models.take_up(model("c")));
        tries = 0;
        QVERIFY_THROWS_EXCEPTION(std::bad_alloc, load_by(std::bad_alloc()));
        QCOMPARE(tries, 4);
        QVERIFY(!models.current());
    }

    void othersAreDroppedOnRequest() {
        KeptModels models;
        QVERIFY(!models.drop_others());
        loadThree(models);
        QVERIFY(models.drop_others());
        QVERIFY(!models.drop_others());
        QCOMPARE(current(models), std::string("c"));
        QVERIFY(!models.take_up(model("a")));
    }
};

FANLIGHT_TEST(TestKeptModels)
#include "tst_kept_models.moc"
