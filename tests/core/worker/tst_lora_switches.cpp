// One LoRA after another on one model, as rows ask for them: what a worker keeps must make the same bytes as a run of
// its own.

#include <ATen/ATen.h>

#include <QTest>
#include <map>

#include "core/base/sha256.h"
#include "core/networks/networks.h"
#include "core/worker/kept_models.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data");

std::vector<Lora> one(const std::string& name, double weight) {
    const fs::path file = data / (name + ".safetensors");
    return {{.name = name, .file = file.string(), .hash = sha256_hex_of_file(file), .weight = weight}};
}

std::vector<Lora> both(std::vector<Lora> a, const std::vector<Lora>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

at::Tensor picture_of(Pipeline& pipeline) {
    const ImageTask dog{"a dog", "bad", 40, 2, 5.0, 32, 32, "euler", "default", 0};
    return pictures_of(pipeline, {dog}).images();
}

protocol::Load model_with(const std::string& model, const std::vector<Lora>& loras) {
    protocol::Load load{.folder = (data / "pipelines" / model).string(), .device = "cpu", .recipe = {}, .stage = {}};
    load.recipe.model_hash = model;
    load.recipe.loras = loras;
    return load;
}

/// The picture that the kept models make next.
at::Tensor next_picture(KeptModels& kept, const protocol::Load& asked, const Weights::Placement& placement) {
    const auto open = [&] { return load_pipeline(asked.folder, placement, asked.recipe, {}, kept.parts()); };
    if (!kept.take_up(asked)) kept.load(asked, open);
    return picture_of(*kept.current());
}

const std::map<std::string, std::vector<std::vector<Lora>>> switches = {
    {"sdxl",
     {{},
      one("lora/xl_original", 0.7),
      one("lora/xl_original", 0.2),
      one("adapters/xl_lokr", 1),
      {},
      both(one("adapters/xl_lokr", 0.5), one("lora/xl_diffusers", -1))}},
    {"sd1",
     {one("lora/kohya", 1),
      one("adapters/locon_tucker", 1),
      {},
      one("adapters/norm", 0.5),
      one("adapters/full", 1),
      both(one("lora/short", 0.3), one("adapters/dora", 0.8)),
      one("lora/kohya", 0.9)}},
};

}  // namespace

class TstLoraSwitches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::globalContext().setDeterministicMkldnn(true); }

    void picturesAreThoseOfARunOfTheirOwn_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("dtype");
        for (const auto& [model, loras] : switches)
            for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16})
                QTest::newRow((model + " " + c10::toString(dtype)).c_str())
                    << QString::fromStdString(model) << static_cast<int>(dtype);
    }
    void picturesAreThoseOfARunOfTheirOwn() {
        QFETCH(QString, model);
        QFETCH(int, dtype);
        const c10::InferenceMode inference;
        const Weights::Placement placement{.dtype = static_cast<at::ScalarType>(dtype)};
        const auto& loras = switches.at(model.toStdString());
        std::vector<at::Tensor> expected;
        for (const auto& each : loras) {
            const protocol::Load asked = model_with(model.toStdString(), each);
            expected.push_back(picture_of(*load_pipeline(asked.folder, placement, asked.recipe)));
            QVERIFY(expected.size() < 2 || !at::equal(expected.back(), expected[expected.size() - 2]));
        }
        KeptModels kept;
        for (size_t i = 0; i <= 20; ++i) {
            const protocol::Load asked = model_with(model.toStdString(), loras[i % loras.size()]);
            QVERIFY2(at::equal(next_picture(kept, asked, placement), expected[i % loras.size()]),
                     ("after " + std::to_string(i) + " switches").c_str());
        }
    }

    /// The one before has made way for it by then.
    void oneThatCannotBeUsedIsRefused() {
        const c10::InferenceMode inference;
        KeptModels kept;
        const at::Tensor plain = next_picture(kept, model_with("sd1", {}), {});
        protocol::Load wrong = model_with("sd1", one("lora/kohya", 1));
        wrong.recipe.loras.front().hash = "another";
        QVERIFY_THROWS_EXCEPTION(Error, next_picture(kept, wrong, {}));
        QVERIFY_THROWS_EXCEPTION(Error, next_picture(kept, model_with("sd1", one("lora/xl_original", 1)), {}));
        QVERIFY(at::equal(next_picture(kept, model_with("sd1", {}), {}), plain));
    }
};

FANLIGHT_TEST(TstLoraSwitches)
#include "tst_lora_switches.moc"
