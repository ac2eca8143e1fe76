package dev.xception.model;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the proxy for an address as command-line tools do: Java's system properties ({@code https.proxyHost},
 * {@code http.nonProxyHosts}, ...) where they are set, else the environment's {@code https_proxy}, {@code http_proxy},
 * {@code all_proxy} and {@code no_proxy}, in lower or upper case. A user and a password in the proxy's address are used.
 * {@code HttpClient} knows no SOCKS proxies.
 */
final class ProxyEnvironment extends ProxySelector {

    private static final int DEFAULT_PORT = 80;

    private final Map<String, String> environment = new HashMap<>();

    ProxyEnvironment(Map<String, String> variables) {
        // Lower case wins, as for curl.
        variables.forEach((name, value) -> environment.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
        variables.forEach((name, value) -> {
            if (name.equals(name.toLowerCase(Locale.ROOT))) {
                environment.put(name, value);
            }
        });
    }

    @Override
    public List<Proxy> select(URI uri) {
        if (System.getProperty(uri.getScheme() + ".proxyHost") != null
                || System.getProperty("socksProxyHost") != null) {
            return ProxySelector.getDefault().select(uri);
        }
        URI proxy = proxyFor(uri.getScheme());
        if (proxy == null || bypassed(uri)) {
            return List.of(Proxy.NO_PROXY);
        }
        if (isSocks(proxy)) {
            throw new WeightsUnavailableException("the environment names a SOCKS proxy for " + uri.getScheme()
                    + ", and only HTTP proxies can be used: set " + uri.getScheme() + "_proxy to one, or to nothing");
        }
        int port = proxy.getPort() < 0 ? DEFAULT_PORT : proxy.getPort();
        return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port)));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException error) {
        // The request fails, and its error names the address.
    }

    /** Answers a proxy that asks for the user and the password that stand in its address. */
    Optional<Authenticator> authenticator() {
        for (String scheme : List.of("https", "http")) {
            URI proxy = proxyFor(scheme);
            if (proxy != null && !isSocks(proxy) && proxy.getRawUserInfo() != null) {
                allowBasicForTunnels();
                String[] user = proxy.getRawUserInfo().split(":", 2);
                return Optional.of(new ProxyAuthenticator(decode(user[0]), user.length == 2 ? decode(user[1]) : ""));
            }
        }
        return Optional.empty();
    }

    /** The JDK refuses Basic for HTTPS through a proxy unless told otherwise; who writes a password there wants it. */
    private static void allowBasicForTunnels() {
        if (System.getProperty("jdk.http.auth.tunneling.disabledSchemes") == null) {
            System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private @Nullable URI proxyFor(String scheme) {
        String address = environment.getOrDefault(scheme + "_proxy", environment.getOrDefault("all_proxy", ""));
        if (address.isBlank()) {
            return null;
        }
        try {
            URI proxy = URI.create(address.contains("://") ? address : "http://" + address);
            return proxy.getHost() == null ? refuse(scheme) : proxy;
        } catch (IllegalArgumentException e) {
            return refuse(scheme);
        }
    }

    private static boolean isSocks(URI proxy) {
        return proxy.getScheme().toLowerCase(Locale.ROOT).startsWith("socks");
    }

    /** The address is not repeated, because it may hold a password. */
    private static URI refuse(String scheme) {
        throw new ModelException("the environment's " + scheme + "_proxy is no address like http://host:port");
    }

    private boolean bypassed(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        for (String entry : environment
                .getOrDefault("no_proxy", "")
                .toLowerCase(Locale.ROOT)
                .split("[,\\s]+", -1)) {
            String domain = entry.replaceFirst("^\\*?\\.", "").replaceFirst(":\\d+$", "");
            if (entry.equals("*") || (!domain.isEmpty() && (host.equals(domain) || host.endsWith("." + domain)))) {
                return true;
            }
        }
        return false;
    }

    private static final class ProxyAuthenticator extends Authenticator {

        private final PasswordAuthentication answer;

        ProxyAuthenticator(String user, String password) {
            this.answer = new PasswordAuthentication(user, password.toCharArray());
        }

        @Override
        protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            return getRequestorType() == RequestorType.PROXY ? answer : null;
        }
    }
}
