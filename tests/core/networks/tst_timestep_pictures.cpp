// Pictures at timesteps that a user gives, against diffusers' (tests/golden/timesteps.py), float32 on the CPU.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestTimestepPictures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps_data() {
        QTest::addColumn<QString>("name");  // "model.sampler.steps"
        const StoredTensors stored = open_weights_file(data_ / "timesteps.safetensors");
        for (const auto& [name, tensor] : stored.tensors) QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    void picturesDifferFromDiffusersByAtMostTwoSteps() {
        QFETCH(QString, name);
        const QStringList parts = name.split('.');
        const Timesteps timesteps =
            parts[2] == "4" ? Timesteps{999, 749, 499, 249} : Timesteps{981, 957, 700, 333, 41, 1};
        const auto steps = static_cast<int>(timesteps.size());
        ImageTask dog{"a dog", "bad", 40, steps, 5.0, 32, 32, parts[1].toStdString(), "default", 0};
        dog.timesteps = Shared(timesteps);
        const c10::InferenceMode inference;
        const at::Tensor made = pictures_of(data_ / parts[0].toStdString(), {dog}).images(),
                         expected = Weights::open(data_ / "timesteps.safetensors", {})
                                        .take(name.toStdString(), {1, 32, 32, 3});
        const int off = (made.to(at::kInt) - expected.to(at::kInt)).abs().max().item<int>();
        qInfo("largest difference: %d of 255", off);
        QVERIFY2(off <= 2, std::to_string(off).c_str());
        dog.timesteps = {};
        const at::Tensor others = pictures_of(data_ / parts[0].toStdString(), {dog}).images();
        if (timesteps.size() != 4) QVERIFY(!at::equal(made, others));
    }

    void otherTimestepsAreAnotherBatch() {
        ImageTask one{"a dog", "bad", 40, 2, 5.0, 32, 32, "euler", "default", 0}, other = one;
        other.timesteps = Shared(Timesteps{999, 499});
        QVERIFY(std::is_neq(one.batch_order(other)));
        one.timesteps = Shared(Timesteps{999, 499});
        QVERIFY(std::is_eq(one.batch_order(other)) && one == other);
    }

private:
    const std::filesystem::path data_ = source_path("/tests/golden/data/pipelines");
};

FANLIGHT_TEST(TestTimestepPictures)
#include "tst_timestep_pictures.moc"
