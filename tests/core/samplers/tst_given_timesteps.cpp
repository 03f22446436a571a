// Timesteps that a user gives, against diffusers' retrieve_timesteps(timesteps=…) (tests/golden/timesteps.py).

#include <QtTest>

#include "core/batch/names.h"
#include "core/samplers/seeded_noise.h"
#include "tests/core/samplers/reference_loop.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

std::unique_ptr<Sampler> told(const std::string& sampler, const Json& config, const Timesteps& timesteps,
                              const std::string& schedule = "default", std::optional<double> eta = {}) {
    return make_sampler(sampler, schedule, config,
                        {.steps = static_cast<int>(timesteps.size()), .timesteps = timesteps, .eta = eta});
}

}  // namespace

class TestGivenTimesteps : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyStepIsTheReferences_data() {
        QTest::addColumn<QByteArray>("loop");
        int number = 0;
        const Json loops = golden("timesteps.json");
        for (const Json& loop : loops.at("loops")) {
            const std::string name = std::to_string(number++) + " " + loop.at("sampler").get<std::string>();
            QTest::newRow(name.c_str()) << QByteArray::fromStdString(loop.dump());
        }
    }
    void everyStepIsTheReferences() {
        QFETCH(QByteArray, loop);
        const Json expected = Json::parse(loop.begin(), loop.end());
        const auto eta = expected.contains("eta") ? std::optional(expected.at("eta").get<double>()) : std::nullopt;
        const auto make = [&] {
            return told(expected.at("sampler"), expected.at("config"), expected.at("timesteps"), "default", eta);
        };
        if (!expected.contains("x")) {
            QVERIFY_THROWS_EXCEPTION(Error, make());
            return;
        }
        const auto sampler = make();
        QVERIFY(difference(sampler->timesteps(), unpacked(expected.at("evaluated"))) <= 1e-6);
        SeededNoise noise(reference_seeds, {1, 4, 4, 4}, at::kFloat, at::kCPU);
        const at::Tensor x = noise.draw() * sampler->init_noise_sigma();
        QVERIFY(difference(x, unpacked(expected.at("start"), {2, 4, 4, 4})) <= 1e-6);
        const double worst = largest_difference(*sampler, x, noise, expected.at("x"));
        QVERIFY2(worst <= tolerance_of("float32"), std::to_string(worst).c_str());
    }

    void whatASamplerFollowsAnywayIsTheSame() {
        const Json config = {{"timestep_spacing", "trailing"}};
        for (const char* name : {"euler", "heun", "ddpm"}) {
            const auto own = make_sampler(name, "default", config, {.steps = 4});
            const auto given = told(name, config, {999, 749, 499, 249});
            QCOMPARE(given->timesteps(), own->timesteps());
            QCOMPARE(given->sigmas(), own->sigmas());
            QCOMPARE(given->init_noise_sigma(), own->init_noise_sigma());
        }
    }

    void wrongOnesAreRefused_data() {
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<Timesteps>("timesteps");
        QTest::addColumn<QString>("schedule");
        QTest::addColumn<QString>("fault");
        const QString able = "euler, heun, dpmpp_2m, dpmpp_2m_sde, dpmpp_2s, ddpm, lcm and tcd can";
        for (const char* name : {"ddim", "euler_ancestral", "unipc", "restart", "heunpp2", "dpmpp_3m_sde"})
            QTest::newRow(name) << name << Timesteps{999, 499} << "default"
                                << QString("The sampler %1 cannot be told its timesteps; %2").arg(name, able);
        QTest::newRow("beyond the training") << "euler" << Timesteps{1000, 1} << "default"
                                             << "The timestep 1000 is not among the 1000 training steps";
        QTest::newRow("with noise levels") << "euler" << Timesteps{999, 1} << "karras"
                                           << "where the schedule sets the noise levels";
    }
    void wrongOnesAreRefused() {
        QFETCH(QString, sampler);
        QFETCH(Timesteps, timesteps);
        QFETCH(QString, schedule);
        QFETCH(QString, fault);
        try {
            told(sampler.toStdString(), Json::object(), timesteps, schedule.toStdString());
            QFAIL("they were taken");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(fault), error.what());
        }
    }

    void thereAreAsManyAsSteps() {
        QVERIFY_THROWS_EXCEPTION(
            Error, make_sampler("euler", "default", Json::object(), {.steps = 3, .timesteps = {999, 499}}));
    }

    void aDistilledModelTakesMoreThanItsOwn() {
        QCOMPARE(told("lcm", {{"original_inference_steps", 2}}, {999, 700, 400})->timesteps().size(), size_t{3});
    }
};

FANLIGHT_TEST(TestGivenTimesteps)
#include "tst_given_timesteps.moc"
