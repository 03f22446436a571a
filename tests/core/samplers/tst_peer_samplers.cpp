#include <QTest>

#include "core/batch/names.h"
#include "core/samplers/noise_schedule.h"
#include "core/samplers/sampler.h"
#include "core/samplers/seeded_noise.h"
#include "core/samplers/sigma_schedule.h"
#include "tests/core/samplers/reference_loop.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

ScheduleRequest peer_request(const Json& loop) {
    ScheduleRequest request{.steps = loop.at("steps"), .first_step = loop.value("first_step", 0)};
    if (loop.contains("eta")) request.eta = loop.at("eta").get<double>();
    return request;
}

const Json stable_diffusion = {
    {"beta_schedule", "scaled_linear"}, {"beta_start", 0.00085}, {"beta_end", 0.012}, {"steps_offset", 1}};

}  // namespace

/// Samplers and schedules of other programs, and diffusers' samplers on these schedules: tests/golden/peer_samplers.py.
class TestPeerSamplers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { expected_ = golden("peers.json"); }

    void levelsAreThoseOfTheReference() {
        int compared = 0;
        for (const Json& entry : expected_.at("schedules")) {
            Json file = stable_diffusion;
            file["aligned_to_xl"] = entry.at("xl");
            const SchedulerConfig config(file, "euler", entry.at("schedule").get<std::string>());
            const auto training = training_sigmas(config);
            const auto sigmas =
                scheduled_sigmas(config, training, training.front(), training.back(), entry.at("steps").get<int>());
            const double gap = difference(sigmas, unpacked(entry.at("sigmas")));
            QVERIFY2(gap < 2e-6,
                     (entry.at("schedule").dump() + entry.at("steps").dump() + std::to_string(gap)).c_str());
            ++compared;
        }
        QVERIFY(compared > 60);
    }

    void everyStepIsTheReferences_data() {
        QTest::addColumn<QByteArray>("loop");
        QTest::addColumn<QString>("dtype");
        int number = 0;
        const Json peers = golden("peers.json");
        for (const Json& loop : peers.at("loops")) {
            const std::string name = std::to_string(number++) + " " + loop.at("sampler").get<std::string>() + " " +
                                     loop.at("schedule").get<std::string>() + " " + loop.at("steps").dump();
            for (const char* dtype : {"float32", "bfloat16", "float16"}) {
                // In 16 bits the reference computes in float32, too, so one loop of each shows the size of it.
                if (std::string(dtype) != "float32" && (loop.at("steps") != 10 || !loop.contains("first_step")))
                    continue;
                QTest::newRow((name + " " + dtype).c_str()) << QByteArray::fromStdString(loop.dump()) << dtype;
            }
        }
    }

    void everyStepIsTheReferences() {
        QFETCH(QByteArray, loop);
        QFETCH(QString, dtype);
        const Json expected = Json::parse(loop.begin(), loop.end());
        const ScheduleRequest request = peer_request(expected);
        const auto sampler =
            make_sampler(expected.at("sampler"), expected.at("schedule"), expected.at("config"), request);
        SeededNoise noise(reference_seeds, {1, 4, 4, 4}, dtype_named(dtype.toStdString()), at::kCPU);
        at::Tensor x = noise.draw();
        const at::Tensor picture = at::linspace(-2, 2, 128).view({2, 4, 4, 4}).to(x.scalar_type());
        x = request.first_step > 0 ? sampler->noised(picture, x) : x * sampler->init_noise_sigma();
        const double worst = largest_difference(*sampler, x, noise, expected.at("x"));
        QVERIFY2(worst <= tolerance_of(dtype.toStdString()), std::to_string(worst).c_str());
    }

    void aSamplerWithoutNoiseHasNoEta() {
        for (const SamplerName& sampler : sampler_names()) {
            const ScheduleRequest request{.steps = 4, .eta = 0.5};
            try {
                make_sampler(sampler.name, "default", Json::object(), request);
                QVERIFY2(sampler.eta, sampler.name.c_str());
            } catch (const Error& error) {
                QVERIFY2(!sampler.eta, sampler.name.c_str());
                QVERIFY(std::string(error.what()).starts_with("The sampler " + sampler.name + " has no eta; "));
            }
        }
    }

    void theUsualEtaIsWhatIsTakenWithoutOne_data() {
        QTest::addColumn<QString>("sampler");
        for (const SamplerName& sampler : sampler_names())
            if (sampler.eta) QTest::newRow(sampler.name.c_str()) << QString::fromStdString(sampler.name);
    }

    void theUsualEtaIsWhatIsTakenWithoutOne() {
        QFETCH(QString, sampler);
        const auto picture = [&](std::optional<double> eta) {
            const auto method =
                make_sampler(sampler.toStdString(), "default", stable_diffusion, {.steps = 4, .eta = eta});
            SeededNoise noise(reference_seeds, {1, 4, 4, 4}, at::kFloat, at::kCPU);
            at::Tensor x = noise.draw() * method->init_noise_sigma();
            for (size_t i = 0; i < method->timesteps().size(); ++i)
                x = method->step(reference_network(method->scale_model_input(x, i), method->timesteps()[i]), i, x,
                                 noise);
            return x;
        };
        QVERIFY(at::equal(picture({}), picture(find_sampler(sampler.toStdString())->eta)));
        QVERIFY(!at::equal(picture(0.0), picture(1.0)));
        QVERIFY(at::isfinite(picture(0.0)).all().item<bool>());
    }

    void aScheduleIsKnownByEachOfItsNames() {
        for (const SamplerName& sampler : sampler_names()) {
            QCOMPARE(sampler_called(sampler.name), &sampler);
            QCOMPARE(sampler_called(sampler.a1111), &sampler);
            for (const std::string& alias : sampler.aliases) QCOMPARE(sampler_called(alias), &sampler);
        }
        for (const ScheduleName& schedule : schedule_names()) {
            QCOMPARE(schedule_called(schedule.name), &schedule);
            if (!schedule.a1111.empty()) QCOMPARE(schedule_called(schedule.a1111), &schedule);
            for (const std::string& alias : schedule.aliases) QCOMPARE(schedule_called(alias), &schedule);
        }
        QCOMPARE(sampler_called(""), nullptr);
        QCOMPARE(schedule_called(""), nullptr);
    }

private:
    Json expected_;
};

FANLIGHT_TEST(TestPeerSamplers)
#include "tst_peer_samplers.moc"
