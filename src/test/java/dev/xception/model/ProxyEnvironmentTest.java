package dev.xception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyEnvironmentTest {

    @Test
    void goesStraightWithoutSettings() {
        assertThat(new ProxyEnvironment(Map.of()).select(URI.create("https://a.example/")))
                .containsExactly(Proxy.NO_PROXY);
    }

    @ParameterizedTest
    @CsvSource({
        "https_proxy, http://proxy.example:3128, https://a.example/, proxy.example:3128",
        "HTTPS_PROXY, http://proxy.example:3128, https://a.example/, proxy.example:3128",
        "https_proxy, proxy.example:3128, https://a.example/, proxy.example:3128",
        "https_proxy, http://proxy.example, https://a.example/, proxy.example:80",
        "http_proxy, http://proxy.example:3128, https://a.example/, ''",
        "http_proxy, http://proxy.example:3128, http://a.example/, proxy.example:3128",
        "all_proxy, http://proxy.example:3128, https://a.example/, proxy.example:3128",
        "https_proxy, '', https://a.example/, ''",
    })
    void readsTheEnvironment(String name, String value, URI uri, String expected) {
        assertThat(chosen(new ProxyEnvironment(Map.of(name, value)), uri)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "a.example, true",
        ".example, true",
        "*.example, true",
        "'b.example, a.example', true",
        "A.EXAMPLE:443, true",
        "*, true",
        "b.example, false",
        "xample, false",
        "'', false",
    })
    void leavesOutWhatNoProxyNames(String noProxy, boolean straight) {
        ProxyEnvironment proxies =
                new ProxyEnvironment(Map.of("https_proxy", "http://proxy.example:3128", "NO_PROXY", noProxy));
        assertThat(chosen(proxies, URI.create("https://a.example/")).isEmpty()).isEqualTo(straight);
    }

    @Test
    void lowerCaseWins() {
        ProxyEnvironment proxies =
                new ProxyEnvironment(Map.of("HTTPS_PROXY", "http://upper:1", "https_proxy", "http://lower:2"));
        assertThat(chosen(proxies, URI.create("https://a.example/"))).isEqualTo("lower:2");
    }

    @Test
    void systemPropertiesWin() {
        System.setProperty("https.proxyHost", "property.example");
        System.setProperty("https.proxyPort", "8888");
        try {
            ProxyEnvironment proxies = new ProxyEnvironment(Map.of("https_proxy", "http://proxy.example:3128"));
            assertThat(chosen(proxies, URI.create("https://a.example/"))).isEqualTo("property.example:8888");
        } finally {
            System.clearProperty("https.proxyHost");
            System.clearProperty("https.proxyPort");
        }
    }

    @Test
    void refusesAnAddressThatIsNoneWithoutRepeatingIt() {
        ProxyEnvironment proxies = new ProxyEnvironment(Map.of("https_proxy", "http://user:secret@ proxy"));
        assertThatThrownBy(() -> proxies.select(URI.create("https://a.example/")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("https_proxy")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks", "socks4", "socks5", "socks5h", "SOCKS5"})
    void refusesAProxyThatIsNoHttpProxy(String scheme) {
        ProxyEnvironment proxies = new ProxyEnvironment(Map.of("all_proxy", scheme + "://user:secret@proxy:1080"));
        assertThatThrownBy(() -> proxies.select(URI.create("https://a.example/")))
                .isInstanceOf(WeightsUnavailableException.class)
                .hasMessage("the environment names a SOCKS proxy for https, and only HTTP proxies can be used:"
                        + " set https_proxy to one, or to nothing");
        assertThat(proxies.authenticator())
                .as("its password is for no HTTP proxy")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https_proxy, http://proxy.example:3128, proxy.example:3128",
        "https_proxy, '', ''",
        "no_proxy, a.example, ''"
    })
    void doesNotMindASocksProxyThatIsNotAsked(String name, String value, String expected) {
        ProxyEnvironment proxies = new ProxyEnvironment(Map.of("all_proxy", "socks5://proxy:1080", name, value));
        assertThat(chosen(proxies, URI.create("https://a.example/"))).isEqualTo(expected);
    }

    private static String chosen(ProxyEnvironment proxies, URI uri) {
        Proxy proxy = proxies.select(uri).getFirst();
        return proxy.address() instanceof InetSocketAddress address
                ? address.getHostString() + ":" + address.getPort()
                : "";
    }
}
